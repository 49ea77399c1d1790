package import AssayCrypto
package import Glibc

/// Why a key was not read from its file, or not written to it.
package enum KeyFileError: Error, Hashable, Sendable {
    /// The file could not be read or written.
    case file(FileError)
    /// The key is encrypted, and nobody could be asked for its passphrase.
    case passphraseUnavailable(path: String, FileError)
    /// The group or everyone may use the private key.
    case readableByOthers(path: String, mode: mode_t)
    /// The file does not hold a usable key.
    case key(path: String, KeyError)
    /// A new passphrase has no characters.
    case emptyPassphrase
    /// A new passphrase was typed in two ways.
    case passphrasesDiffer
}

extension KeyFileError: CustomStringConvertible {
    /// What a person is told, with the way out where there is one.
    package var description: String {
        switch self {
        case .file(let error):
            return error.description
        case .passphraseUnavailable(let path, let error):
            return "\(path): the key is encrypted, and its passphrase can only be typed at a "
                + "terminal: \(error)"
        case .readableByOthers(let path, let mode):
            return "\(path): mode \(String(mode, radix: 8)) lets others use this private key; "
                + "run: chmod 600 \(quoted(path))"
        case .key(let path, let error):
            return "\(path): \(error)"
        case .emptyPassphrase:
            return "the passphrase is empty"
        case .passphrasesDiffer:
            return "the two passphrases differ"
        }
    }

    /// A path as a shell word.
    private func quoted(_ path: String) -> String {
        let plain = path.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "/"), UInt8(ascii: "."),
                UInt8(ascii: "_"), UInt8(ascii: "-"):
                true
            default:
                false
            }
        }
        guard !plain else { return path }
        return "'"
            + path.split(separator: "'", omittingEmptySubsequences: false)
            .joined(separator: "'\\''") + "'"
    }
}
