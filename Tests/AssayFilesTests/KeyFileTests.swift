import AssayCrypto
import AssayFiles
import AssayTestSupport
import Glibc
import Testing

@Suite struct KeyFileTests {
    @Test func pairIsWrittenAndReadBack() throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/institute.pem"
        let key = try PrivateKey.generate(.ed25519)
        let publicPath = try KeyFile.create(key, at: path)
        #expect(publicPath == folder.path + "/institute.pub")
        #expect(try mode(of: path) == 0o600)
        #expect(try mode(of: publicPath) & 0o600 == 0o600)
        #expect(try KeyFile.readPrivate(path).publicKey == key.publicKey)
        #expect(try KeyFile.readPublic(publicPath) == key.publicKey)
        #expect(try KeyFile.readPublic(path) == key.publicKey)
    }

    @Test func nothingIsOverwritten() throws {
        let folder = try TemporaryFolder()
        let key = try PrivateKey.generate(.ed25519)
        for taken in ["key.pem", "key.pub"] {
            let path = folder.path + "/" + taken
            try writeFile([1], to: path)
            let refusal = FileError(path: path, operation: .create, reason: .alreadyExists)
            #expect(throws: KeyFileError.file(refusal)) {
                try KeyFile.create(key, at: folder.path + "/key.pem")
            }
            #expect(try names(in: folder.path) == [taken])
            #expect(unsafe unlink(path) == 0)
        }
    }

    @Test(arguments: [0o644, 0o640, 0o604, 0o620, 0o601, 0o660, 0o777] as [mode_t])
    func privateKeyOpenToOthersIsRefused(mode: mode_t) throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/a key.pem"
        for passphrase in [nil, [1, 2, 3] as [UInt8]] {
            try writeFile(try PrivateKey.generate(.ed25519).pem(passphrase: passphrase), to: path)
            #expect(unsafe chmod(path, mode) == 0)
            let error = #expect(throws: KeyFileError.readableByOthers(path: path, mode: mode)) {
                try KeyFile.readPrivate(path, passphrase: .known([1, 2, 3]))
            }
            #expect(error?.description.hasSuffix("run: chmod 600 '\(path)'") == true)
            #expect(throws: KeyFileError.self) { try KeyFile.readPublic(path) }
            #expect(unsafe chmod(path, 0o400) == 0)
            _ = try KeyFile.readPrivate(path, passphrase: .known([1, 2, 3]))
        }
    }

    @Test func encryptedKeyWantsItsPassphrase() throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/key"
        let key = try PrivateKey.generate(.ecdsaP256SHA256)
        let publicPath = try KeyFile.create(key, at: path, passphrase: [UInt8]("right".utf8))
        #expect(publicPath == path + ".pub")
        let right = KeyFile.Passphrase.known([UInt8]("right".utf8))
        #expect(try KeyFile.readPrivate(path, passphrase: right).publicKey == key.publicKey)
        #expect(try KeyFile.readPublic(path, passphrase: right) == key.publicKey)
        #expect(throws: KeyFileError.key(path: path, .wrongPassphrase)) {
            try KeyFile.readPrivate(path, passphrase: .known([UInt8]("wrong".utf8)))
        }
    }

    @Test func whatIsNoKeyIsNamed() throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/file"
        let key = try PrivateKey.generate(.ed25519)
        try writeFile(key.publicKey.pem, to: path)
        #expect(throws: KeyFileError.key(path: path, .publicKeyGiven)) {
            try KeyFile.readPrivate(path)
        }
        let certificate = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"
        try writeFile([UInt8](certificate.utf8), to: path)
        #expect(throws: KeyFileError.key(path: path, .certificateGiven)) {
            try KeyFile.readPublic(path)
        }
        try writeFile([UInt8](repeating: 65, count: 70_000), to: path)
        let tooLarge = FileError(
            path: path, operation: .read, reason: .tooLarge(limitBytes: 65_536))
        #expect(throws: KeyFileError.file(tooLarge)) { try KeyFile.readPublic(path) }
    }
}
