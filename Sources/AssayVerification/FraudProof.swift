import AssayAttestation
import AssayCrypto
public import AssayTLog

/// Fraud proofs (formats.md section 10): files that convince anyone of a key's misdeed.
public enum FraudProof {
    /// The proof that a log signed two roots of one size, from its two notes.
    ///
    /// - Parameter accused: the log's key, whose lines stand on both.
    public static func forkSameSize(
        _ first: [UInt8], _ second: [UInt8], accused: VerifierKey
    ) -> [UInt8] {
        let value: JSONValue = [
            "accused": .string(accused.text),
            "evidence": [
                "a": .string(String(decoding: first, as: UTF8.self)),
                "b": .string(String(decoding: second, as: UTF8.self)),
            ],
            "fraud": "assay/v1",
            "kind": "fork-same-size",
        ]
        do throws(JCSError) {
            return try JCS.serialize(value)
        } catch {
            preconditionFailure("a fraud proof holds no numbers: \(error)")
        }
    }
}
