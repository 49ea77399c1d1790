import CZlib
import CZstd

/// Writes ZIP archives byte by byte, also such as no honest program writes.
struct ArchiveWriter {
    /// How a member is written.
    ///
    /// What is declared can differ from what is there.
    struct Member {
        var name: [UInt8]
        var plain: [UInt8]
        var method: UInt16 = 0
        /// The compressed bytes; made from `plain` by the method where there are none.
        var compressed: [UInt8]?
        var hasDescriptor = false
        var isWide = false
        var flags: UInt16 = 0x800
        var declaredCount: UInt64?
        var declaredCompressedCount: UInt64?
        var declaredChecksum: UInt32?
        var localName: [UInt8]?
        var localMethod: UInt16?
        /// The index of the member whose place in the file this one claims as its own.
        var sharesPlaceOf: Int?

        init(_ name: String, _ plain: [UInt8], method: UInt16 = 0) {
            self.name = Array(name.utf8)
            self.plain = plain
            self.method = method
        }

        var data: [UInt8] {
            if let compressed { return compressed }
            switch method {
            case 8: return deflated(plain)
            case 93: return zstandard(plain)
            default: return plain
            }
        }
    }

    var members: [Member]
    /// The order of the directory, by index; all members in order where there is none.
    var directoryOrder: [Int]?
    var isWide = false
    var comment: [UInt8] = []
    var declaredMemberCount: UInt64?
    var prefix: [UInt8] = []

    init(_ members: [Member]) { self.members = members }

    /// The archive.
    func bytes() -> [UInt8] {
        var file = prefix
        var records: [[UInt8]] = []
        var positions: [UInt64] = []
        for member in members {
            let data = member.data
            let position = member.sharesPlaceOf.map { positions[$0] } ?? UInt64(file.count)
            positions.append(position)
            let plainCount = member.declaredCount ?? UInt64(member.plain.count)
            let count = member.declaredCompressedCount ?? UInt64(data.count)
            let sum = member.declaredChecksum ?? checksum(member.plain)
            let flags = member.flags | (member.hasDescriptor ? 8 : 0)
            let name = member.localName ?? member.name
            if member.sharesPlaceOf == nil {
                let known = !member.hasDescriptor
                let wide: [UInt8] =
                    member.isWide && known
                    ? number(1 as UInt16) + number(16 as UInt16) + number(plainCount)
                        + number(count) : []
                file += number(0x0403_4b50 as UInt32) + number(45 as UInt16) + number(flags)
                file += number(member.localMethod ?? member.method) + number(0 as UInt32)
                file += number(known ? sum : 0)
                file += number(known ? narrow(count, member.isWide) : 0)
                file += number(known ? narrow(plainCount, member.isWide) : 0)
                file += number(UInt16(name.count)) + number(UInt16(wide.count)) + name + wide
                file += data
                if member.hasDescriptor {
                    file += number(0x0807_4b50 as UInt32) + number(sum)
                    if member.isWide {
                        file += number(count) + number(plainCount)
                    } else {
                        file += number(UInt32(count)) + number(UInt32(plainCount))
                    }
                }
            }
            let extra: [UInt8] =
                member.isWide
                ? number(1 as UInt16) + number(24 as UInt16) + number(plainCount) + number(count)
                    + number(position) : []
            records.append(
                number(0x0201_4b50 as UInt32) + number(45 as UInt16) + number(45 as UInt16)
                    + number(flags) + number(member.method) + number(0 as UInt32) + number(sum)
                    + number(narrow(count, member.isWide))
                    + number(narrow(plainCount, member.isWide))
                    + number(UInt16(member.name.count)) + number(UInt16(extra.count))
                    + number(0 as UInt64) + number(0 as UInt16)
                    + number(narrow(position, member.isWide)) + member.name + extra)
        }
        let directory = (directoryOrder ?? Array(members.indices)).flatMap { records[$0] }
        return file + directory + end(UInt64(file.count), UInt64(directory.count))
    }

    private func end(_ position: UInt64, _ count: UInt64) -> [UInt8] {
        let members = declaredMemberCount ?? UInt64(directoryOrder?.count ?? self.members.count)
        var end: [UInt8] = []
        if isWide {
            end += number(0x0606_4b50 as UInt32) + number(44 as UInt64) + number(45 as UInt16)
            end += number(45 as UInt16) + number(0 as UInt64) + number(members) + number(members)
            end += number(count) + number(position)
            end += number(0x0706_4b50 as UInt32) + number(0 as UInt32) + number(position + count)
            end += number(1 as UInt32)
        }
        end += number(0x0605_4b50 as UInt32) + number(0 as UInt32)
        end += number(isWide ? UInt16.max : UInt16(members))
        end += number(isWide ? UInt16.max : UInt16(members))
        end += number(narrow(count, isWide)) + number(narrow(position, isWide))
        return end + number(UInt16(comment.count)) + comment
    }

    private func narrow(_ value: UInt64, _ isWide: Bool) -> UInt32 {
        isWide ? .max : UInt32(value)
    }

    private func number(_ value: some FixedWidthInteger) -> [UInt8] {
        (0..<(value.bitWidth / 8)).map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) }
    }
}

/// The CRC-32 of `bytes`.
func checksum(_ bytes: [UInt8]) -> UInt32 {
    unsafe bytes.withUnsafeBufferPointer { buffer in
        unsafe UInt32(crc32_z(0, buffer.baseAddress, buffer.count))
    }
}

/// `bytes` as raw deflate data: zlib's own form without its header and checksum.
func deflated(_ bytes: [UInt8]) -> [UInt8] {
    var count = compressBound(UInt(bytes.count))
    var output = [UInt8](repeating: 0, count: Int(count))
    let status = unsafe compress2(&output, &count, bytes, UInt(bytes.count), 9)
    precondition(status == Z_OK)
    return Array(output[2..<(Int(count) - 4)])
}

/// `bytes` as one Zstandard frame.
func zstandard(_ bytes: [UInt8]) -> [UInt8] {
    var output = [UInt8](repeating: 0, count: ZSTD_compressBound(bytes.count))
    let count = unsafe ZSTD_compress(&output, output.count, bytes, bytes.count, 3)
    precondition(ZSTD_isError(count) == 0)
    return Array(output[..<count])
}
