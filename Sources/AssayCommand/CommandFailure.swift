import ArgumentParser
package import AssayFiles

/// Why a command ends without its result: the exit status, a stable code, and words for a person.
package struct CommandFailure: Error, Hashable, Sendable {
    /// The exit status.
    package let status: ExitStatus
    /// A short stable word for programs.
    package let code: String
    /// What is wrong and what to do.
    package let message: String

    /// Creates a failure.
    package init(_ status: ExitStatus, code: String, _ message: String) {
        self.status = status
        self.code = code
        self.message = message
    }

    /// A file that could not be read or written.
    package init(_ error: FileError) {
        self.init(.cannot, code: "file", error.description)
    }

    /// A key file that cannot be used.
    package init(_ error: KeyFileError) {
        switch error {
        case .file(let file):
            // No key is that large: whatever it is, it is not the key that was meant.
            if case .tooLarge = file.reason {
                self.init(.badTrustInput, code: "key-invalid", error.description)
            } else {
                self.init(file)
            }
        case .passphraseUnavailable:
            self.init(.cannot, code: "passphrase-unavailable", error.description)
        case .readableByOthers:
            self.init(.badTrustInput, code: "key-readable-by-others", error.description)
        case .key, .emptyPassphrase, .passphrasesDiffer:
            self.init(.badTrustInput, code: "key-invalid", error.description)
        }
    }
}

/// Runs the body of a command; a failure is told on standard error and becomes the exit status.
///
/// - Throws: `ExitCode`, which the argument parser turns into the exit status.
package func reporting<Result>(
    as program: String, _ body: () async throws(CommandFailure) -> Result
) async throws -> Result {
    do throws(CommandFailure) {
        return try await body()
    } catch {
        StandardError.write("\(program): \(error.message) [\(error.code)]\n")
        throw ExitCode(error.status.rawValue)
    }
}

/// Runs the body of a command that waits for nothing.
///
/// - Throws: `ExitCode`, which the argument parser turns into the exit status.
package func reporting<Result>(
    as program: String, _ body: () throws(CommandFailure) -> Result
) throws -> Result {
    do throws(CommandFailure) {
        return try body()
    } catch {
        StandardError.write("\(program): \(error.message) [\(error.code)]\n")
        throw ExitCode(error.status.rawValue)
    }
}
