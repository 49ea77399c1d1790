import Glibc

/// A program that runs beside a test until it is told to end.
package final class BackgroundProcess: Sendable {
    private let child: pid_t
    private let errorsPath: String

    /// Starts `arguments[0]`, which writes its standard error to the file at `errorsPath`.
    package init(_ arguments: [String], errorsPath: String) throws {
        self.errorsPath = errorsPath
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        unsafe posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        unsafe posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
        unsafe posix_spawn_file_actions_addopen(
            &actions, 2, errorsPath, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        var vector = unsafe arguments.map { unsafe strdup($0) } + [nil]
        defer { unsafe vector.forEach { unsafe free($0) } }
        var child: pid_t = 0
        let failure = unsafe posix_spawnp(&child, arguments[0], &actions, nil, &vector, environ)
        guard failure == 0 else {
            throw TestSystemError(operation: "start \(arguments[0])", errno: failure)
        }
        self.child = child
    }

    /// What it has written to standard error so far.
    package var errors: String {
        get throws { String(decoding: try readFile(errorsPath), as: UTF8.self) }
    }

    /// Whether it has ended, which is noticed without waiting.
    package var hasEnded: Bool {
        var info = unsafe siginfo_t()
        let status = unsafe waitid(P_PID, id_t(child), &info, WEXITED | WNOHANG | WNOWAIT)
        return unsafe status != 0 || info.si_signo != 0
    }

    /// Sends a signal.
    package func signal(_ number: Int32) {
        kill(child, number)
    }

    /// Waits for its end; returns the exit status, 128 + n after signal n.
    package func wait() throws -> Int32 {
        var status: Int32 = 0
        while unsafe waitpid(child, &status, 0) < 0 {
            guard errno == EINTR else { throw TestSystemError(operation: "waitpid", errno: errno) }
        }
        let signal = status & 0x7f
        return signal == 0 ? status >> 8 & 0xff : 128 + signal
    }
}
