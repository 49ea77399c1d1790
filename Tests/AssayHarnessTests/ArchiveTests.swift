import AssayCrypto
import AssayHarness
import Testing

@Suite
struct ArchiveTests {
    private static let text = Array(String(repeating: "one sample and another. ", count: 9000).utf8)

    private func archive(
        _ writer: ArchiveWriter, limits: ReadingLimits = ReadingLimits()
    ) throws(EvaluationLogError) -> Archive {
        try Archive(MemoryBytes(writer.bytes()), limits: limits)
    }

    private func contents(
        _ bytes: [UInt8], limits: ReadingLimits = ReadingLimits()
    ) throws(EvaluationLogError) -> [Text: [UInt8]] {
        let archive = try Archive(MemoryBytes(bytes), limits: limits)
        var contents: [Text: [UInt8]] = [:]
        for member in archive.members { contents[member.name] = try archive.bytes(of: member) }
        return contents
    }

    private func fault(_ writer: ArchiveWriter) -> ArchiveFault? {
        do throws(EvaluationLogError) {
            _ = try contents(writer.bytes())
            return nil
        } catch {
            if case .archive(let fault, _) = error { return fault }
            return nil
        }
    }

    // MARK: What must be read

    @Test(arguments: [0, 8, 93] as [UInt16], [false, true])
    func readsEachMethod(method: UInt16, hasDescriptor: Bool) throws {
        for isWide in [false, true] {
            for plain in [Self.text, [], [0x7b]] {
                var member = ArchiveWriter.Member("a/ü 様.json", plain, method: method)
                member.hasDescriptor = hasDescriptor
                member.isWide = isWide
                var writer = ArchiveWriter([
                    ArchiveWriter.Member("first", Self.text, method: 93), member,
                    ArchiveWriter.Member("last", [1, 2, 3]),
                ])
                writer.isWide = isWide
                let contents = try contents(writer.bytes())
                #expect(contents.count == 3)
                #expect(contents["a/ü 様.json"] == plain)
                #expect(contents["first"] == Self.text)
                #expect(contents["last"] == [1, 2, 3])
            }
        }
    }

    @Test func readsSeveralZstandardFrames() throws {
        for cuts in [[1], [100, 20000], [0, 7, 7, 216_000]] {
            var member = ArchiveWriter.Member("m", Self.text, method: 93)
            var frames: [UInt8] = []
            var start = 0
            for cut in cuts + [Self.text.count] {
                frames += zstandard(Array(Self.text[start..<cut]))
                start = cut
            }
            member.compressed = frames
            #expect(try contents(ArchiveWriter([member]).bytes())["m"] == Self.text)
        }
    }

    @Test func lastOfOneNameInTheDirectoryCounts() throws {
        let members = [
            ArchiveWriter.Member("same", [1]), ArchiveWriter.Member("other", [9]),
            ArchiveWriter.Member("same", [2, 2]), ArchiveWriter.Member("same", [3, 3, 3]),
        ]
        for order in [[0, 1, 2, 3], [3, 2, 1, 0], [0, 3, 1, 2]] {
            var writer = ArchiveWriter(members)
            writer.directoryOrder = order
            let archive = try archive(writer)
            let last = try #require(order.last { $0 != 1 })
            #expect(archive.members.count == 2)
            let member = try #require(archive["same"])
            #expect(try archive.bytes(of: member) == members[last].plain)
        }
    }

    @Test func readsComment() throws {
        var writer = ArchiveWriter([ArchiveWriter.Member("m", [1])])
        writer.comment = Array("PK\u{5}\u{6} said the archive".utf8)
        #expect(try contents(writer.bytes()) == ["m": [1]])
    }

    // MARK: What must be refused

    @Test func refusesEveryTruncation() {
        let bytes = Self.small.bytes()
        var accepted: [Int] = []
        for count in 0..<bytes.count {
            do throws(EvaluationLogError) {
                _ = try contents(Array(bytes[..<count]))
                accepted.append(count)
            } catch {}
        }
        #expect(accepted == [])
        #expect(bytes.count > 400)
    }

    /// A changed bit is found, or it is one that says nothing about the content.
    @Test func changedBitsNeverChangeContent() throws {
        let bytes = Self.small.bytes()
        let expected = try contents(bytes)
        var changed: [String] = []
        var refused = 0
        for position in bytes.indices {
            for bit in 0..<8 {
                var copy = bytes
                copy[position] ^= 1 << UInt8(bit)
                do throws(EvaluationLogError) {
                    let found = try contents(copy)
                    if Set(found.values) != Set(expected.values) {
                        changed.append("\(position).\(bit)")
                    }
                } catch {
                    refused += 1
                }
            }
        }
        #expect(changed == [])
        #expect(refused > bytes.count * 4)
    }

    private static let small: ArchiveWriter = {
        var wide = ArchiveWriter.Member("wide", Array("wide content".utf8), method: 8)
        wide.isWide = true
        var streamed = ArchiveWriter.Member("streamed", Array("streamed content".utf8), method: 93)
        streamed.hasDescriptor = true
        var writer = ArchiveWriter([
            ArchiveWriter.Member("stored", Array("stored content".utf8)), wide, streamed,
        ])
        writer.isWide = true
        return writer
    }()

    @Test func refusesContradictions() {
        let plain = Self.text
        var cases: [(ArchiveWriter, ArchiveFault)] = []
        func add(_ fault: ArchiveFault, _ change: (inout ArchiveWriter.Member) -> Void) {
            var member = ArchiveWriter.Member("m", plain, method: 93)
            change(&member)
            cases.append((ArchiveWriter([member]), fault))
        }
        add(.wrongChecksum) { $0.declaredChecksum = 7 }
        add(.wrongSize) { $0.declaredCount = UInt64(plain.count - 1) }
        add(.wrongSize) { $0.declaredCount = UInt64(plain.count + 1) }
        add(.badCompressedData) { $0.compressed = zstandard(plain) + [1, 2, 3, 4, 5, 6, 7, 8] }
        add(.truncatedData) { $0.compressed = Array(zstandard(plain).dropLast(3)) }
        add(.truncatedData) { $0.compressed = [] }
        add(.badCompressedData) { $0.compressed = plain }
        add(.trailingData) {
            $0.method = 8
            $0.compressed = deflated(plain) + [0]
        }
        add(.truncatedData) {
            $0.method = 8
            $0.compressed = Array(deflated(plain).dropLast())
        }
        add(.encrypted) { $0.flags |= 1 }
        add(.encrypted) { $0.flags |= 0x2000 }
        add(.unsupportedMethod(12)) { $0.method = 12 }
        add(.nameNotUTF8) { $0.name = [0xff, 0xfe] }
        add(.badLocalHeader) { $0.localName = [0x6e] }
        add(.badLocalHeader) { $0.localMethod = 8 }
        add(.badDirectory) { $0.declaredCompressedCount = UInt64(plain.count) * 2 }
        for (writer, expected) in cases { #expect(fault(writer) == expected) }
        var prefixed = ArchiveWriter([ArchiveWriter.Member("m", plain)])
        prefixed.isWide = true
        prefixed.declaredMemberCount = 2
        #expect(fault(prefixed) == .badDirectory)
    }

    @Test func refusesSharedBytes() {
        var copies = [ArchiveWriter.Member("a0", Self.text, method: 8)]
        for number in 1...9 {
            var copy = ArchiveWriter.Member("a\(number)", Self.text, method: 8)
            copy.sharesPlaceOf = 0
            copies.append(copy)
        }
        #expect(fault(ArchiveWriter(copies)) == .overlappingMembers)
    }

    @Test func refusesBombs() {
        var limits = ReadingLimits()
        limits.memberBytes = 1 << 30
        let zeros = [UInt8](repeating: 0, count: 32 << 20)
        for method in [8, 93] as [UInt16] {
            let honest = ArchiveWriter.Member("bomb", zeros, method: method)
            // It says how large it becomes: refused before anything is expanded.
            #expect(throws: EvaluationLogError.exceeds(.expansion, limit: 1000, member: "bomb")) {
                try archive(ArchiveWriter([honest]), limits: limits)
            }
            // It says that it is small: refused as soon as it becomes larger.
            var lying = honest
            lying.declaredCount = 100
            #expect(fault(ArchiveWriter([lying])) == .wrongSize)
        }
        var huge = ArchiveWriter.Member("huge", Self.text, method: 93)
        huge.isWide = true
        huge.declaredCount = 1 << 62
        #expect(throws: EvaluationLogError.exceeds(.memberBytes, limit: 1 << 30, member: "huge")) {
            try archive(ArchiveWriter([huge]), limits: limits)
        }
        limits.totalBytes = 300_000
        let two = [0, 1].map { ArchiveWriter.Member("m\($0)", Self.text, method: 93) }
        #expect(throws: EvaluationLogError.exceeds(.totalBytes, limit: 300_000, member: nil)) {
            try archive(ArchiveWriter(two), limits: limits)
        }
        limits.members = 1
        #expect(throws: EvaluationLogError.exceeds(.members, limit: 1, member: nil)) {
            try archive(ArchiveWriter(two), limits: limits)
        }
        limits = ReadingLimits()
        limits.directoryBytes = 60
        #expect(throws: EvaluationLogError.exceeds(.directoryBytes, limit: 60, member: nil)) {
            try archive(ArchiveWriter(two), limits: limits)
        }
        var endless = ArchiveWriter(two)
        endless.isWide = true
        endless.declaredMemberCount = 1 << 62
        #expect(throws: EvaluationLogError.exceeds(.members, limit: 1_000_000, member: nil)) {
            try archive(endless)
        }
    }
}
