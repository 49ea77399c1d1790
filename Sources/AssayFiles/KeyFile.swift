package import AssayCrypto
import Glibc

/// Keys in files: private ones as PKCS#8 PEM of mode 0600, public ones as SPKI PEM.
package enum KeyFile {
    /// The largest key file that is read; the largest key of the closed list needs a tenth.
    static let limitBytes = 1 << 16

    /// Where the passphrase of an encrypted key comes from.
    package enum Passphrase: Hashable, Sendable {
        /// Whoever sits at the terminal.
        case terminal
        /// The caller knows it.
        case known([UInt8])
    }

    /// Reads the private key in the file at `path`.
    ///
    /// - Parameter passphrase: asked for only if the key is encrypted.
    ///
    /// - Throws: `KeyFileError`; `readableByOthers` if anyone but the owner may use the file.
    package static func readPrivate(
        _ path: String, passphrase: Passphrase = .terminal
    ) throws(KeyFileError) -> PrivateKey {
        var (bytes, mode) = try read(path)
        defer { bytes.wipe() }
        return try parsePrivate(bytes, mode: mode, path: path, passphrase: passphrase)
    }

    /// Reads the public key in the file at `path`, or the public half of the private key there.
    ///
    /// - Throws: `KeyFileError`, as for a private key if it is one.
    package static func readPublic(
        _ path: String, passphrase: Passphrase = .terminal
    ) throws(KeyFileError) -> PublicKey {
        var (bytes, mode) = try read(path)
        defer { bytes.wipe() }
        do throws(KeyError) {
            return try PublicKey(pem: bytes)
        } catch .privateKeyGiven {
            return try parsePrivate(bytes, mode: mode, path: path, passphrase: passphrase).publicKey
        } catch {
            throw .key(path: path, error)
        }
    }

    /// Writes a new key pair: the private key to `path`, for its owner alone, the public one beside.
    ///
    /// Neither file may exist.
    ///
    /// - Parameter passphrase: encrypts the private key.
    ///
    /// - Returns: the path of the public key.
    /// - Throws: `KeyFileError`.
    @discardableResult
    package static func create(
        _ key: PrivateKey, at path: String, passphrase: [UInt8]? = nil
    ) throws(KeyFileError) -> String {
        let publicPath = publicPath(beside: path)
        var pem: [UInt8]
        do throws(KeyError) {
            pem = try key.pem(passphrase: passphrase)
        } catch {
            throw .key(path: path, error)
        }
        defer { pem.wipe() }
        do throws(FileError) {
            guard !DurableFile.exists(publicPath) else {
                throw FileError(path: publicPath, operation: .create, reason: .alreadyExists)
            }
            try DurableFile.write(pem, to: path, existing: .refuse, mode: 0o600)
            try DurableFile.write(key.publicKey.pem, to: publicPath, existing: .refuse)
        } catch {
            throw .file(error)
        }
        return publicPath
    }

    /// `KEY.pub` for `KEY.pem`; `.pub` is appended to other names.
    package static func publicPath(beside path: String) -> String {
        let stem = path.utf8.count > 4 && path.hasSuffix(".pem") ? String(path.dropLast(4)) : path
        return stem + ".pub"
    }

    /// Asks twice for the passphrase of a new key.
    ///
    /// - Throws: `KeyFileError`; `emptyPassphrase`, `passphrasesDiffer`.
    package static func newPassphrase(
        device: String = "/dev/tty"
    ) throws(KeyFileError) -> [UInt8] {
        var again: [UInt8] = []
        defer { again.wipe() }
        var first: [UInt8]
        do throws(FileError) {
            first = try Terminal.passphrase(prompt: "New passphrase: ", device: device)
            again = try Terminal.passphrase(prompt: "The same again: ", device: device)
        } catch {
            throw .file(error)
        }
        guard !first.isEmpty else { throw .emptyPassphrase }
        guard first == again else {
            first.wipe()
            throw .passphrasesDiffer
        }
        return first
    }

    private static func read(
        _ path: String
    ) throws(KeyFileError) -> (bytes: [UInt8], mode: mode_t) {
        do throws(FileError) {
            let file = try InputFile.openRegular(path)
            let mode = try file.status(path: path).st_mode & 0o7777
            return (try file.readAll(path: path, limitBytes: limitBytes), mode)
        } catch {
            throw .file(error)
        }
    }

    private static func parsePrivate(
        _ bytes: [UInt8], mode: mode_t, path: String, passphrase: Passphrase
    ) throws(KeyFileError) -> PrivateKey {
        let found = Result { () throws(KeyError) in try PrivateKey(pem: bytes) }
        switch found {
        case .success, .failure(.passphraseNeeded):
            // Only what is a private key is held to its mode: a certificate is called that.
            guard mode & 0o077 == 0 else { throw .readableByOthers(path: path, mode: mode) }
        case .failure(let error):
            throw .key(path: path, error)
        }
        if case .success(let key) = found { return key }
        var secret = try ask(passphrase, for: path)
        defer { secret.wipe() }
        do throws(KeyError) {
            return try PrivateKey(pem: bytes, passphrase: secret)
        } catch {
            throw .key(path: path, error)
        }
    }

    private static func ask(
        _ passphrase: Passphrase, for path: String
    ) throws(KeyFileError) -> [UInt8] {
        switch passphrase {
        case .known(let bytes):
            return bytes
        case .terminal:
            do throws(FileError) {
                return try Terminal.passphrase(prompt: "Passphrase of \(path): ")
            } catch {
                throw .passphraseUnavailable(path: path, error)
            }
        }
    }
}
