import ArgumentParser
package import AssayFiles
import Glibc

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
    ignoreClosedPipes()
    do throws(CommandFailure) {
        return try await body()
    } catch {
        throw error.told(by: program)
    }
}

/// Runs the body of a command that waits for nothing.
///
/// - Throws: `ExitCode`, which the argument parser turns into the exit status.
package func reporting<Result>(
    as program: String, _ body: () throws(CommandFailure) -> Result
) throws -> Result {
    ignoreClosedPipes()
    do throws(CommandFailure) {
        return try body()
    } catch {
        throw error.told(by: program)
    }
}

extension CommandFailure {
    /// Tells the failure on standard error and gives the exit status that goes with it.
    ///
    /// Names of files may hold anything; what could move a terminal's cursor is shown escaped.
    fileprivate func told(by program: String) -> ExitCode {
        var line = ""
        for scalar in "\(program): \(message) [\(code)]".unicodeScalars {
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator:
                line += "\\u{" + String(scalar.value, radix: 16) + "}"
            default: line.unicodeScalars.append(scalar)
            }
        }
        StandardError.write(line + "\n")
        return ExitCode(status.rawValue)
    }
}

/// Lets a closed pipe be an error of the write, which has an exit status, and not a signal.
private func ignoreClosedPipes() {
    _ = signal(SIGPIPE, SIG_IGN)
}
