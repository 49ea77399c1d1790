import AssayFiles
import AssayTestSupport
import Testing

@Suite struct GrowingFileTests {
    @Test func keepsWhatIsNamedAndCutsTheRestOff() throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/grown"
        try write(path, keeping: 0, [1, 2, 3])
        try write(path, keeping: 3, [4, 5])
        #expect(try InputFile.read(path, limitBytes: 100) == [1, 2, 3, 4, 5])
        try write(path, keeping: 2, [9])
        #expect(try InputFile.read(path, limitBytes: 100) == [1, 2, 9])
        #expect(throws: FileError.self) { try write(path, keeping: 4, []) }
        #expect(try InputFile.read(path, limitBytes: 100) == [1, 2, 9])
    }

    @Test func writesOverWhatWasGivenUp() throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/grown"
        do {
            var file = try GrowingFile(path: path, keeping: 0)
            try file.append([1, 2], after: 0)
            try file.append([3, 4, 5], after: 2)
            try file.append([6], after: 2)
            #expect(file.byteCount == 3)
        }
        let file = try GrowingFile(path: path, keeping: 3)
        #expect(try file.read() == [1, 2, 6])
    }

    @Test func belongsToOneAtATime() throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/grown"
        let first = try GrowingFile(path: path, keeping: 0)
        do throws(FileError) {
            _ = try GrowingFile(path: path, keeping: 0)
            Issue.record("two have it")
        } catch {
            #expect(error.reason == .inUse)
        }
        #expect(try first.read() == [])
    }

    private func write(_ path: String, keeping count: Int, _ bytes: [UInt8]) throws {
        var file = try GrowingFile(path: path, keeping: count)
        try file.append(bytes, after: count)
        #expect(file.byteCount == count + bytes.count)
    }
}
