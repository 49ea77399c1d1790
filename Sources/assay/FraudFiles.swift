import AssayCommand
import AssayCrypto
import AssayFiles
import AssayVerification

/// Writes fraud proofs into a folder, one file each, so that nobody has to ask for them.
struct FraudFiles {
    let folder: String

    /// Writes the proofs; returns their paths.
    ///
    /// A file is named after its content: the same proof is written once.
    func write(_ proofs: [FraudProof]) throws(CommandFailure) -> [String] {
        var paths: [String] = []
        for proof in proofs {
            let bytes = proof.bytes
            let name = SHA256.hash(bytes).hex.prefix(16)
            let path = "\(folder)/\(proof.evidence.kind.rawValue)-\(name).fraud"
            try Files.write(bytes, to: path)
            paths.append(path)
        }
        return paths
    }
}
