import Glibc

/// Runs a command of the shell that is given some bytes to read.
package enum ChildCommand {
    /// How a command ended.
    package enum End: Hashable, Sendable {
        /// With this exit status.
        case exited(Int32)
        /// By this signal.
        case signalled(Int32)
        /// It was ended since it took too long.
        case timedOut
    }

    /// Runs `command` with `/bin/sh`, writes `input` to its standard input, and waits for its end.
    ///
    /// - Parameters:
    ///   - patience: how long it may take.
    ///   - pause: waits a little before each look.
    /// - Throws: `FileError` if it cannot be started.
    package static func run(
        _ command: String, input: [UInt8], patience: Duration,
        pause: (Duration) async -> Void
    ) async throws(FileError) -> End {
        let child = try start(command, input)
        let clock = ContinuousClock()
        let end = clock.now + patience
        while true {
            var status: Int32 = 0
            let ended = unsafe waitpid(child, &status, WNOHANG)
            if ended == child {
                let signal = status & 0x7f
                return signal == 0 ? .exited(status >> 8 & 0xff) : .signalled(signal)
            }
            if clock.now >= end {
                _ = kill(child, SIGKILL)
                _ = unsafe waitpid(child, &status, 0)
                return .timedOut
            }
            await pause(.milliseconds(10))
        }
    }

    /// Starts the command; its input is in a file without a name, so that nobody waits for it to be
    /// read.
    private static func start(
        _ command: String, _ input: [UInt8]
    ) throws(FileError) -> pid_t {
        let shell = "/bin/sh"
        var name = "/tmp/assay-input-XXXXXX".utf8CString
        let descriptor = unsafe name.withUnsafeMutableBufferPointer { buffer -> Int32 in
            guard let start = buffer.baseAddress else { return -1 }
            let descriptor = unsafe mkstemp(start)
            if descriptor >= 0 { _ = unsafe unlink(start) }
            return descriptor
        }
        guard descriptor >= 0 else { throw .system(shell, .create) }
        defer { _ = close(descriptor) }
        try Descriptor.writeAll(input, to: descriptor, path: shell)
        guard lseek(descriptor, 0, SEEK_SET) == 0 else { throw .system(shell, .create) }
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        unsafe posix_spawn_file_actions_adddup2(&actions, descriptor, STDIN_FILENO)
        // Standard output is for the alerts themselves.
        unsafe posix_spawn_file_actions_adddup2(&actions, STDERR_FILENO, STDOUT_FILENO)
        let words = ["sh", "-c", command]
        var arguments: [UnsafeMutablePointer<CChar>?] = unsafe words.map { unsafe strdup($0) }
        unsafe arguments.append(nil)
        defer { unsafe arguments.forEach { unsafe free($0) } }
        var child: pid_t = 0
        let result = unsafe posix_spawn(&child, shell, &actions, nil, arguments, environ)
        guard result == 0 else {
            throw FileError(path: shell, operation: .open, reason: .system(result))
        }
        return child
    }
}
