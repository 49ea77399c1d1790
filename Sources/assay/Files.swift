import AssayAttestation
import AssayCommand
import AssayCrypto
import AssayFiles
import AssayTLog
import AssayVerification

/// Reading and writing the files of commands, with failures that say what to do.
enum Files {
    /// The bytes of a file, or of standard input for `-`.
    static func read(_ path: String, limitBytes: Int) throws(CommandFailure) -> [UInt8] {
        do throws(FileError) {
            return try InputFile.read(path, limitBytes: limitBytes)
        } catch {
            throw CommandFailure(error)
        }
    }

    /// Writes a file whole.
    static func write(
        _ bytes: [UInt8], to path: String, existing: DurableFile.Existing = .replace,
        mode: UInt32 = 0o644
    ) throws(CommandFailure) {
        do throws(FileError) {
            try DurableFile.write(bytes, to: path, existing: existing, mode: mode)
        } catch {
            throw CommandFailure(error)
        }
    }

    /// The public key in a `.pub` or `.pem` file.
    static func publicKey(_ path: String) throws(CommandFailure) -> PublicKey {
        do throws(KeyFileError) {
            return try KeyFile.readPublic(path)
        } catch {
            throw CommandFailure(error)
        }
    }

    /// The private key in a `.pem` file.
    static func privateKey(_ path: String) throws(CommandFailure) -> PrivateKey {
        do throws(KeyFileError) {
            return try KeyFile.readPrivate(path)
        } catch {
            throw CommandFailure(error)
        }
    }

    /// The text of a small UTF-8 file.
    static func text(_ path: String) throws(CommandFailure) -> Text {
        guard let text = Text(validating: try read(path, limitBytes: 1 << 20)) else {
            throw CommandFailure(.malformed, code: "malformed", "\(path): not UTF-8")
        }
        return text
    }
}

extension CommandFailure {
    /// An envelope, statement or bundle in `path` that is not in its allowed form.
    init(_ path: String, _ error: AttestationError) {
        self.init(
            .malformed, code: "malformed", "\(path): " + EscapedText.escape("\(error)"))
    }
}

extension Output {
    /// Writes one JSON value on a line.
    static func write(_ value: JSONValue) throws(CommandFailure) {
        try write(String(decoding: CompactJSON.serialize(value), as: UTF8.self) + "\n")
    }
}
