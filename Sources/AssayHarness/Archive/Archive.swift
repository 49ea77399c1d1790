package import AssayCrypto

/// A ZIP archive (PKWARE APPNOTE 6.3.10), read by its directory.
///
/// An archive that can be read in two ways is refused: the directory must end where the end record
/// begins, members must not overlap, and each member's own header must agree with the directory. Of
/// several members with one name, the last in the directory counts.
package struct Archive: Sendable {
    /// The members that count, in the order of the directory.
    package let members: [ArchiveMember]
    private let positions: [Text: Int]
    private let source: any ByteSource
    private let limits: ReadingLimits

    /// Reads the directory of the archive that `source` consists of.
    ///
    /// - Throws: `archive` with what is wrong, `exceeds` for more members or bytes than allowed.
    package init(
        _ source: any ByteSource, limits: ReadingLimits
    ) throws(EvaluationLogError) {
        self.source = source
        self.limits = limits
        let end = try ArchiveEnd(source)
        guard end.memberCount <= limits.members else {
            throw .exceeds(.members, limit: limits.members, member: nil)
        }
        guard end.directoryCount <= limits.directoryBytes else {
            throw .exceeds(.directoryBytes, limit: limits.directoryBytes, member: nil)
        }
        let bytes = try source.read(at: end.directoryPosition, count: Int(end.directoryCount))
        var reader = LittleEndianReader(bytes[...])
        var all: [ArchiveMember] = []
        // Bounded by the bytes that are really there, not by the count that is declared.
        all.reserveCapacity(min(Int(end.memberCount), bytes.count / DirectoryRecord.minimumCount))
        while reader.remaining > 0 {
            all.append(try DirectoryRecord.read(from: &reader))
        }
        guard all.count == Int(end.memberCount) else {
            throw .archive(.badDirectory, member: nil)
        }
        try Self.check(all, before: end.directoryPosition, limits)
        var positions: [Text: Int] = [:]
        for (position, member) in all.enumerated() { positions[member.name] = position }
        let winners = all.enumerated().filter { positions[$0.element.name] == $0.offset }
        members = winners.map(\.element)
        self.positions = Dictionary(
            uniqueKeysWithValues: members.enumerated().map { ($0.element.name, $0.offset) })
    }

    /// The member called `name`.
    package subscript(name: Text) -> ArchiveMember? {
        positions[name].map { members[$0] }
    }

    /// The bytes of `member` after decompression, in pieces.
    ///
    /// - Throws: `archive(.badLocalHeader)`.
    func stream(_ member: ArchiveMember) throws(EvaluationLogError) -> MemberStream {
        try MemberStream(member, in: source)
    }

    /// All bytes of `member` after decompression.
    ///
    /// - Throws: `exceeds(.valueBytes)` for more bytes than may be held in memory.
    package func bytes(of member: ArchiveMember) throws(EvaluationLogError) -> [UInt8] {
        guard member.count <= UInt64(limits.valueBytes) else {
            throw .exceeds(.valueBytes, limit: UInt64(limits.valueBytes), member: member.name)
        }
        let stream = try stream(member)
        var bytes: [UInt8] = []
        while let piece = try stream.next() { bytes += piece }
        return bytes
    }

    private static func check(
        _ members: [ArchiveMember], before end: UInt64, _ limits: ReadingLimits
    ) throws(EvaluationLogError) {
        var total: UInt64 = 0
        for member in members {
            guard member.count <= limits.memberBytes else {
                throw .exceeds(.memberBytes, limit: limits.memberBytes, member: member.name)
            }
            let (allowed, overflowed) = member.compressedCount.multipliedReportingOverflow(
                by: limits.expansion)
            guard overflowed || member.count <= max(allowed, limits.expansionFloor) else {
                throw .exceeds(.expansion, limit: limits.expansion, member: member.name)
            }
            let (sum, carried) = total.addingReportingOverflow(member.count)
            guard !carried, sum <= limits.totalBytes else {
                throw .exceeds(.totalBytes, limit: limits.totalBytes, member: nil)
            }
            total = sum
        }
        // Bombs let many directory records share the same compressed bytes.
        var occupied: UInt64 = 0
        for member in members.sorted(by: { $0.headerPosition < $1.headerPosition }) {
            guard member.headerPosition >= occupied else {
                throw .archive(.overlappingMembers, member: member.name)
            }
            let headerCount = UInt64(LocalHeader.minimumCount + member.name.utf8.count)
            let (afterHeader, first) = member.headerPosition.addingReportingOverflow(headerCount)
            let (after, second) = afterHeader.addingReportingOverflow(member.compressedCount)
            guard !first, !second, after <= end else {
                throw .archive(.badDirectory, member: member.name)
            }
            occupied = after
        }
    }
}
