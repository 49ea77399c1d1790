import AssayCommand
import AssayCrypto
import AssayFiles
import AssayTLog

/// A witness's private keys.
enum WitnessKeys {
    /// Reads keys as those of the cosigner `name`: one for each of `paths`, of different types.
    static func read(_ paths: [String], name: KeyName) throws(CommandFailure) -> [SignerKey] {
        var signers: [SignerKey] = []
        for path in paths {
            let key: PrivateKey
            do {
                key = try KeyFile.readPrivate(path)
            } catch {
                throw CommandFailure(error)
            }
            let type: SignatureType =
                key.algorithm == .mlDSA44 ? .mlDSA44Cosignature : .ed25519Cosignature
            guard let signer = SignerKey(name: name, type: type, privateKey: key) else {
                throw CommandFailure(
                    .badTrustInput, code: "key-unsuitable",
                    "\(path): witnesses sign with Ed25519 and ML-DSA-44 keys, and this is "
                        + "\(key.algorithm.rawValue)")
            }
            guard !signers.contains(where: { $0.verifierKey.type == type }) else {
                throw CommandFailure(
                    .badTrustInput, code: "key-unsuitable",
                    "\(path): a witness has one key of each algorithm")
            }
            signers.append(signer)
        }
        guard signers.contains(where: { $0.verifierKey.type == .ed25519Cosignature }) else {
            throw CommandFailure(
                .badTrustInput, code: "key-unsuitable",
                "a witness needs an Ed25519 key; one of ML-DSA-44 may stand beside it")
        }
        return signers
    }
}
