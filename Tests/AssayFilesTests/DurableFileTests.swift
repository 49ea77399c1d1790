import AssayFiles
import AssayTestSupport
import Glibc
import Testing

@Suite struct DurableFileTests {
    @Test func fileAppearsWholeWithItsMode() throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/result"
        let bytes = (0..<300_000).map { UInt8(truncatingIfNeeded: $0) }
        try DurableFile.write(bytes, to: path, existing: .refuse, mode: 0o600)
        #expect(try InputFile.read(path, limitBytes: 300_000) == bytes)
        #expect(try mode(of: path) == 0o600)
        #expect(try names(in: folder.path) == ["result"])
    }

    @Test func existingFileIsReplacedOnlyWhenAsked() throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/result"
        try DurableFile.write([1], to: path, existing: .replace)
        #expect(throws: FileError(path: path, operation: .create, reason: .alreadyExists)) {
            try DurableFile.write([2], to: path, existing: .refuse)
        }
        #expect(try InputFile.read(path, limitBytes: 1) == [1])
        try DurableFile.write([3], to: path, existing: .replace)
        #expect(try InputFile.read(path, limitBytes: 1) == [3])
        #expect(try names(in: folder.path) == ["result"])
    }

    @Test func danglingLinkCountsAsExisting() throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/link"
        #expect(unsafe symlink(folder.path + "/nowhere", path) == 0)
        #expect(throws: FileError(path: path, operation: .create, reason: .alreadyExists)) {
            try DurableFile.write([2], to: path, existing: .refuse)
        }
        #expect(try names(in: folder.path) == ["link"])
    }

    @Test func leftOverOfACrashIsNotInTheWay() throws {
        let folder = try TemporaryFolder()
        try writeFile([9], to: "\(folder.path)/.result.\(getpid()).0.tmp")
        try DurableFile.write([1], to: folder.path + "/result", existing: .replace)
        #expect(try InputFile.read(folder.path + "/result", limitBytes: 1) == [1])
    }

    @Test func missingFolderIsNamed() throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/no/result"
        let error = #expect(throws: FileError.self) {
            try DurableFile.write([1], to: path, existing: .replace)
        }
        #expect(error == FileError(path: path, operation: .create, reason: .system(ENOENT)))
        #expect(error?.description == "\(path): cannot create: No such file or directory")
    }

    @Test func folderInTheWayStays() throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/taken"
        #expect(unsafe mkdir(path, 0o755) == 0)
        #expect(throws: FileError(path: path, operation: .rename, reason: .system(EISDIR))) {
            try DurableFile.write([1], to: path, existing: .replace)
        }
        #expect(try names(in: folder.path) == ["taken"])
    }

    /// The system takes the first part of the bytes, then no more: what a full disk does.
    @Test func whatDoesNotFitLeavesTheOldFile() async {
        await #expect(processExitsWith: .success) {
            let folder = try TemporaryFolder()
            let path = folder.path + "/result"
            try DurableFile.write([1], to: path, existing: .replace)
            _ = signal(SIGXFSZ, SIG_IGN)
            var limit = rlimit(rlim_cur: 4096, rlim_max: 4096)
            #expect(unsafe setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit) == 0)
            #expect(throws: FileError(path: path, operation: .write, reason: .system(EFBIG))) {
                try DurableFile.write(
                    [UInt8](repeating: 7, count: 10_000), to: path, existing: .replace)
            }
            #expect(try InputFile.read(path, limitBytes: 1) == [1])
            #expect(try names(in: folder.path) == ["result"])
            try DurableFile.write(
                [UInt8](repeating: 7, count: 4096), to: path, existing: .replace)
        }
    }
}

@Suite struct InputFileTests {
    @Test func limitIsExact() throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/input"
        for count in [0, 1, 65_535, 65_536, 65_537, 200_000] {
            let bytes = [UInt8](repeating: 5, count: count)
            try writeFile(bytes, to: path)
            #expect(try InputFile.read(path, limitBytes: count) == bytes)
            guard count > 0 else { continue }
            let reason = FileError.Reason.tooLarge(limitBytes: count - 1)
            #expect(throws: FileError(path: path, operation: .read, reason: reason)) {
                try InputFile.read(path, limitBytes: count - 1)
            }
        }
    }

    @Test func onlyRegularFilesAreRead() throws {
        let folder = try TemporaryFolder()
        let pipe = folder.path + "/pipe"
        #expect(unsafe mkfifo(pipe, 0o600) == 0)
        for path in [folder.path, pipe, "/dev/null", "/dev/zero"] {
            #expect(throws: FileError(path: path, operation: .open, reason: .notARegularFile)) {
                try InputFile.read(path, limitBytes: 100)
            }
        }
        let missing = folder.path + "/missing"
        #expect(throws: FileError(path: missing, operation: .open, reason: .system(ENOENT))) {
            try InputFile.read(missing, limitBytes: 100)
        }
    }

    @Test func hyphenIsStandardInput() async {
        await #expect(processExitsWith: .success) {
            var ends: [Int32] = [0, 0]
            #expect(unsafe pipe(&ends) == 0)
            #expect(dup2(ends[0], STDIN_FILENO) == STDIN_FILENO)
            #expect(unsafe write(ends[1], [1, 2, 3] as [UInt8], 3) == 3)
            close(ends[1])
            let bytes = try InputFile.read("-", limitBytes: 3)
            #expect(bytes == [1, 2, 3])
        }
    }

    @Test func fullDeviceIsNoticedOnStandardOutput() async {
        await #expect(processExitsWith: .success) {
            let full = unsafe open("/dev/full", O_WRONLY)
            #expect(dup2(full, STDOUT_FILENO) == STDOUT_FILENO)
            #expect(throws: FileError(path: "-", operation: .write, reason: .system(ENOSPC))) {
                try StandardOutput.write([1])
            }
        }
    }
}

/// The permission bits of a file.
func mode(of path: String) throws -> mode_t {
    var status = stat()
    guard unsafe lstat(path, &status) == 0 else {
        throw TestSystemError(operation: "lstat \(path)", errno: errno)
    }
    return status.st_mode & 0o7777
}

/// The names in a folder, sorted.
func names(in folder: String) throws -> [String] {
    let listing = try ChildProcess.run(["ls", "-A", folder])
    return listing.text.split(separator: "\n").map(String.init)
}
