/// The end record of a ZIP archive, with its ZIP64 form (APPNOTE 4.3.14 to 4.3.16).
struct ArchiveEnd {
    let memberCount: UInt64
    let directoryPosition: UInt64
    let directoryCount: UInt64

    private static let count = 22
    private static let locatorCount = 20
    private static let wideCount = 56

    /// Finds and reads the end record.
    ///
    /// The record must reach the last byte of the archive, and the directory must reach the record.
    init(_ source: any ByteSource) throws(EvaluationLogError) {
        let tailCount = min(source.count, UInt64(Self.count + Int(UInt16.max)))
        guard tailCount >= UInt64(Self.count) else { throw .archive(.noEndRecord, member: nil) }
        let tailPosition = source.count - tailCount
        let tail = try source.read(at: tailPosition, count: Int(tailCount))
        guard let at = Self.position(in: tail) else { throw .archive(.noEndRecord, member: nil) }
        var reader = LittleEndianReader(tail[(at + 4)...])
        guard let disk: UInt16 = reader.number(), let directoryDisk: UInt16 = reader.number(),
            let diskMembers: UInt16 = reader.number(), let members: UInt16 = reader.number(),
            let bytes: UInt32 = reader.number(), let offset: UInt32 = reader.number()
        else { throw .archive(.badEndRecord, member: nil) }
        let recordPosition = tailPosition + UInt64(at)
        let wide = try Self.wide(source, endingAt: recordPosition)
        guard disk == 0 || wide != nil && disk == .max, directoryDisk == 0 || directoryDisk == .max,
            diskMembers == members
        else { throw .archive(.severalParts, member: nil) }
        if let wide {
            // Where the short form is not saturated, both must say the same.
            guard members == .max || UInt64(members) == wide.members,
                bytes == .max || UInt64(bytes) == wide.bytes,
                offset == .max || UInt64(offset) == wide.offset
            else { throw .archive(.badEndRecord, member: nil) }
            memberCount = wide.members
            directoryCount = wide.bytes
            directoryPosition = wide.offset
        } else {
            memberCount = UInt64(members)
            directoryCount = UInt64(bytes)
            directoryPosition = UInt64(offset)
        }
        let (end, overflowed) = directoryPosition.addingReportingOverflow(directoryCount)
        guard !overflowed, end == wide?.position ?? recordPosition else {
            throw .archive(.badEndRecord, member: nil)
        }
    }

    /// The last place of the signature from which the comment reaches exactly to the end.
    private static func position(in tail: [UInt8]) -> Int? {
        var at = tail.count - count
        while at >= 0 {
            if tail[at] == 0x50, tail[at + 1] == 0x4b, tail[at + 2] == 5, tail[at + 3] == 6 {
                let comment = Int(tail[at + 20]) | Int(tail[at + 21]) << 8
                if at + count + comment == tail.count { return at }
            }
            at -= 1
        }
        return nil
    }

    private struct Wide {
        let members: UInt64
        let bytes: UInt64
        let offset: UInt64
        let position: UInt64
    }

    /// The ZIP64 end record, if its locator stands just before `end`.
    private static func wide(
        _ source: any ByteSource, endingAt end: UInt64
    ) throws(EvaluationLogError) -> Wide? {
        guard end >= UInt64(locatorCount) else { return nil }
        let locator = try source.read(at: end - UInt64(locatorCount), count: locatorCount)
        guard locator.starts(with: [0x50, 0x4b, 6, 7]) else { return nil }
        var reader = LittleEndianReader(locator[4...])
        guard let disk: UInt32 = reader.number(), let position: UInt64 = reader.number(),
            let disks: UInt32 = reader.number()
        else { throw .archive(.badEndRecord, member: nil) }
        guard disk == 0, disks <= 1 else { throw .archive(.severalParts, member: nil) }
        guard end >= UInt64(locatorCount + wideCount),
            position <= end - UInt64(locatorCount + wideCount)
        else { throw .archive(.badEndRecord, member: nil) }
        let record = try source.read(at: position, count: wideCount)
        guard record.starts(with: [0x50, 0x4b, 6, 6]) else {
            throw .archive(.badEndRecord, member: nil)
        }
        var fields = LittleEndianReader(record[4...])
        guard let size: UInt64 = fields.number(), fields.slice(4) != nil,
            let thisDisk: UInt32 = fields.number(), let directoryDisk: UInt32 = fields.number(),
            let diskMembers: UInt64 = fields.number(), let members: UInt64 = fields.number(),
            let bytes: UInt64 = fields.number(), let offset: UInt64 = fields.number()
        else { throw .archive(.badEndRecord, member: nil) }
        guard thisDisk == 0, directoryDisk == 0, diskMembers == members else {
            throw .archive(.severalParts, member: nil)
        }
        // The size counts what follows the size field itself.
        guard size >= UInt64(wideCount - 12),
            size == end - UInt64(locatorCount) - position - 12
        else { throw .archive(.badEndRecord, member: nil) }
        return Wide(members: members, bytes: bytes, offset: offset, position: position)
    }
}
