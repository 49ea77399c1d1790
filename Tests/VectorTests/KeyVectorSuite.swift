import AssayAttestation
import AssayCrypto
import AssayTestSupport
import Testing

/// Folder keys.
@Suite struct KeyVectorSuite {
    @Test func publicKeys() throws {
        try VectorFile.compare("keys/keys.json", count: 135) { vector in
            let bytes = try vector.base64("spki")
            do {
                let key = try PublicKey(spki: bytes)
                let same =
                    try key.spki == bytes && key.keyID.digest == vector.digest("keyid")
                    && key.algorithm.rawValue == vector.string("algorithm").string
                return [same ? "accept" : "read otherwise"]
            } catch let error as KeyError {
                return try Self.words(error, vector)
            }
        }
    }

    static func words(_ error: KeyError, _ vector: JSONValue) throws -> Set<String> {
        switch error {
        case .unknownKeyType, .encodingNotAllowed, .wrongKeyLength: ["malformed: encoding"]
        case .unacceptablePoint, .modulusOutOfRange, .unacceptableExponent, .unacceptableModulus:
            ["malformed: key"]
        case .algorithmUnavailable: try vector.isUndecidable ? [vector.expected] : ["unavailable"]
        default: ["\(error)"]
        }
    }

    @Test func signatures() throws {
        try VectorFile.compare("keys/signatures.json", count: 191) { vector in
            let spki = try vector.base64("spki")
            let (message, signature) = (
                try vector.base64("message"), try vector.base64("signature")
            )
            let undecided: Set<String> = try vector.isUndecidable ? [vector.expected] : []
            do {
                let key = try PublicKey(spki: spki)
                try key.verify(signature, over: message)
                return ["accept"]
            } catch SignatureError.invalid {
                return ["rejected: signature"]
            } catch SignatureError.algorithmUnavailable {
                return undecided
            } catch KeyError.algorithmUnavailable {
                return undecided
            }
        }
    }
}
