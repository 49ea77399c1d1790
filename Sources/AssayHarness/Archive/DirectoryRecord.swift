import AssayCrypto

/// The records that describe a member: in the directory and before the member's data.
enum DirectoryRecord {
    /// The number of bytes of a record without name, extra field and comment.
    static let minimumCount = 46

    /// Reads one record of the directory (APPNOTE 4.3.12).
    static func read(
        from reader: inout LittleEndianReader
    ) throws(EvaluationLogError) -> ArchiveMember {
        guard reader.number(UInt32.self) == 0x0201_4b50, reader.slice(4) != nil,
            let flags: UInt16 = reader.number(), let methodNumber: UInt16 = reader.number(),
            reader.slice(4) != nil, let checksum: UInt32 = reader.number(),
            let compressed: UInt32 = reader.number(), let plain: UInt32 = reader.number(),
            let nameCount: UInt16 = reader.number(), let extraCount: UInt16 = reader.number(),
            let commentCount: UInt16 = reader.number(), let disk: UInt16 = reader.number(),
            reader.slice(6) != nil, let offset: UInt32 = reader.number(),
            let nameBytes = reader.slice(Int(nameCount)),
            let extra = reader.slice(Int(extraCount)), reader.slice(Int(commentCount)) != nil
        else { throw .archive(.badDirectory, member: nil) }
        guard let name = Text(validating: nameBytes) else {
            throw .archive(.nameNotUTF8, member: nil)
        }
        // Bit 0: encrypted; bit 6: strong encryption; bit 13: masked headers.
        guard flags & 0x2041 == 0 else { throw .archive(.encrypted, member: name) }
        guard let method = ArchiveMember.Method(rawValue: methodNumber) else {
            throw .archive(.unsupportedMethod(methodNumber), member: name)
        }
        guard
            let sizes = WideSizes(
                plain: plain, compressed: compressed, offset: offset, disk: disk, extra: extra)
        else { throw .archive(.badDirectory, member: name) }
        guard sizes.disk == 0 else { throw .archive(.severalParts, member: name) }
        return ArchiveMember(
            name: name, method: method, compressedCount: sizes.compressed, count: sizes.plain,
            checksum: checksum, headerPosition: sizes.offset, hasDescriptor: flags & 8 != 0)
    }
}

/// A member's numbers after the ZIP64 extra field (APPNOTE 4.5.3), which holds those that do not
/// fit, in a fixed order.
struct WideSizes {
    var plain: UInt64
    var compressed: UInt64
    var offset: UInt64
    var disk: UInt32

    init?(
        plain: UInt32, compressed: UInt32, offset: UInt32, disk: UInt16, extra: ArraySlice<UInt8>
    ) {
        self.plain = UInt64(plain)
        self.compressed = UInt64(compressed)
        self.offset = UInt64(offset)
        self.disk = UInt32(disk)
        guard plain == .max || compressed == .max || offset == .max || disk == .max else { return }
        var reader = LittleEndianReader(extra)
        while reader.remaining >= 4 {
            guard let kind: UInt16 = reader.number(), let count: UInt16 = reader.number(),
                let field = reader.slice(Int(count))
            else { return nil }
            guard kind == 1 else { continue }
            var wide = LittleEndianReader(field)
            if plain == .max {
                guard let value: UInt64 = wide.number() else { return nil }
                self.plain = value
            }
            if compressed == .max {
                guard let value: UInt64 = wide.number() else { return nil }
                self.compressed = value
            }
            if offset == .max {
                guard let value: UInt64 = wide.number() else { return nil }
                self.offset = value
            }
            if disk == .max {
                guard let value: UInt32 = wide.number() else { return nil }
                self.disk = value
            }
            return
        }
        return nil
    }
}

/// The header before a member's data (APPNOTE 4.3.7).
enum LocalHeader {
    /// The number of bytes without name and extra field.
    static let minimumCount = 30

    /// The positions of the compressed data of `member`.
    ///
    /// - Throws: `archive(.badLocalHeader)` where the header contradicts the directory.
    static func dataRange(
        of member: ArchiveMember, in source: any ByteSource
    ) throws(EvaluationLogError) -> Range<UInt64> {
        let nameCount = member.name.utf8.count
        let header = try source.read(
            at: member.headerPosition, count: minimumCount + nameCount)
        var reader = LittleEndianReader(header[...])
        guard reader.number(UInt32.self) == 0x0403_4b50, reader.slice(2) != nil,
            let flags: UInt16 = reader.number(), let method: UInt16 = reader.number(),
            reader.slice(4) != nil, let checksum: UInt32 = reader.number(),
            let compressed: UInt32 = reader.number(), let plain: UInt32 = reader.number(),
            let ownNameCount: UInt16 = reader.number(), let extraCount: UInt16 = reader.number(),
            Int(ownNameCount) == nameCount, let name = reader.slice(nameCount)
        else { throw .archive(.badLocalHeader, member: member.name) }
        let hasDescriptor = flags & 8 != 0
        let sizesAgree =
            hasDescriptor
            || checksum == member.checksum
                && (compressed == .max || UInt64(compressed) == member.compressedCount)
                && (plain == .max || UInt64(plain) == member.count)
        guard name.elementsEqual(member.name.utf8), method == member.method.rawValue,
            hasDescriptor == member.hasDescriptor, sizesAgree
        else { throw .archive(.badLocalHeader, member: member.name) }
        let start = member.headerPosition + UInt64(header.count) + UInt64(extraCount)
        let (end, overflowed) = start.addingReportingOverflow(member.compressedCount)
        guard !overflowed, end <= source.count else {
            throw .archive(.badLocalHeader, member: member.name)
        }
        return start..<end
    }
}
