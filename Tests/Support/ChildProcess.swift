import Glibc

/// What another program answered.
package struct ChildProcess {
    /// The exit status; 128 + n after signal n.
    package let status: Int32
    /// What it wrote to standard output.
    package let output: [UInt8]
    /// What it wrote to standard error.
    package let errors: [UInt8]

    /// Standard output as text, without white space at its end.
    package var text: String {
        var bytes = output
        while let last = bytes.last, last == 10 || last == 32 { bytes.removeLast() }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Whether `program` is found in the folders of `PATH`.
    package static func exists(_ program: String) -> Bool {
        let folders = unsafe getenv("PATH").map { unsafe String(cString: $0) } ?? "/usr/bin:/bin"
        return folders.split(separator: ":").contains { folder in
            unsafe access("\(folder)/\(program)", X_OK) == 0
        }
    }

    /// Runs `arguments[0]`, found by `PATH`, to its end.
    ///
    /// - Parameters:
    ///   - input: what it reads from standard input.
    ///   - environment: added to this process's own environment.
    package static func run(
        _ arguments: [String], input: [UInt8] = [], environment: [String: String] = [:]
    ) throws -> ChildProcess {
        let folder = try TemporaryFolder()
        try writeFile(input, to: folder.path + "/in")

        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        let create = O_WRONLY | O_CREAT | O_TRUNC
        unsafe posix_spawn_file_actions_addopen(&actions, 0, folder.path + "/in", O_RDONLY, 0)
        unsafe posix_spawn_file_actions_addopen(&actions, 1, folder.path + "/out", create, 0o600)
        unsafe posix_spawn_file_actions_addopen(&actions, 2, folder.path + "/err", create, 0o600)

        // `env` sets the variables, so that this process's own environment is not touched.
        let command =
            environment.isEmpty
            ? arguments : ["env"] + environment.sorted(by: <).map { "\($0)=\($1)" } + arguments
        var vector = unsafe command.map { unsafe strdup($0) } + [nil]
        defer { unsafe vector.forEach { unsafe free($0) } }
        var child: pid_t = 0
        let failure = unsafe posix_spawnp(&child, command[0], &actions, nil, &vector, environ)
        guard failure == 0 else {
            throw TestSystemError(operation: "start \(command[0])", errno: failure)
        }
        var status: Int32 = 0
        while unsafe waitpid(child, &status, 0) < 0 {
            guard errno == EINTR else { throw TestSystemError(operation: "waitpid", errno: errno) }
        }
        let signal = status & 0x7f
        return ChildProcess(
            status: signal == 0 ? status >> 8 & 0xff : 128 + signal,
            output: try readFile(folder.path + "/out"), errors: try readFile(folder.path + "/err"))
    }
}
