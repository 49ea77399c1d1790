import AssayAttestation
import AssayCrypto
import AssayTestSupport
import Testing

/// Folders dsse and ledgers.
@Suite struct EnvelopeVectorSuite {
    @Test func encodings() throws {
        for vector in try VectorFile.cases("dsse/pae.json", count: 8) {
            let encoding = PreAuthEncoding.encode(
                payloadType: try vector.string("type"), payload: try vector.base64("body"))
            #expect(try encoding == vector.base64("encoding"))
        }
    }

    static func words(_ error: AttestationError) -> Set<String> {
        switch error {
        case .notJSON: ["malformed: json"]
        case .tooLarge: ["malformed: too-large"]
        case .notCanonical: ["not canonical"]
        case .malformed(_, let place, let fault):
            switch fault {
            case .missing, .unexpectedMember, .wrongType: ["malformed: members"]
            case .mismatch, .notOneOf: ["malformed: payload-type"]
            case .notWritten(.base64, _): ["malformed: base64"]
            case .notWritten(.hexDigest, _): ["malformed: keyid"]
            case .tooFew: ["malformed: no-signatures"]
            case .duplicate: ["malformed: duplicate-signature"]
            default: ["\(place) \(fault)"]
            }
        }
    }

    @Test func envelopes() throws {
        try VectorFile.compare("dsse/envelopes.json", count: 77) { vector in
            let bytes = try vector.raw("envelope")
            do {
                let envelope = try Envelope(parsing: bytes)
                let entry = LogEntry(envelope)
                let signatures = try vector.list("signatures")
                let same =
                    try envelope.payload == vector.base64("payload")
                    && entry.bytes == vector.string("entry").utf8
                    && entry.leafHash == vector.digest("leafHash")
                    && envelope.signatures.map(\.keyID.digest)
                        == signatures.map { try $0.digest("keyid") }
                    && envelope.signatures.map(\.bytes) == signatures.map { try $0.base64("sig") }
                    && LogEntry(bytes: entry.bytes) == entry
                return [same ? "accept" : "read otherwise"]
            } catch let error as AttestationError {
                return Self.words(error)
            }
        }
    }

    @Test func sizes() throws {
        try VectorFile.compare("dsse/sizes.json", count: 6) { vector in
            let payload = [UInt8](
                repeating: UInt8(ascii: "a"), count: Int(try vector.count("payloadLength")))
            let signatures = try vector.list("signatureLengths").enumerated().map {
                number, length in
                let digits = String(number, radix: 16)
                let keyID = String(repeating: "0", count: 64 - digits.utf8.count) + digits
                return Envelope.Signature(
                    keyID: try #require(KeyID(hex: keyID.utf8)),
                    bytes: [UInt8](
                        repeating: UInt8(ascii: "s"), count: Int(try #require(length.number?.count))
                    ))
            }
            do {
                let entry = LogEntry(try Envelope(payload: payload, signatures: signatures))
                let same =
                    try UInt64(entry.bytes.count) == vector.count("entryLength")
                    && entry.leafHash == vector.digest("leafHash")
                return [same ? "accept" : "made otherwise"]
            } catch let error as AttestationError {
                return Self.words(error)
            }
        }
    }

    @Test func ledgers() throws {
        try VectorFile.compare("ledgers/ledgers.json", count: 19) { vector in
            let text = try vector.string("ledger")
            guard let ledger = LedgerID(text) else { return ["malformed: ledger"] }
            let same = try ledger.digest == vector.digest("digest") && ledger.text == text
            return [same ? "accept" : "read otherwise"]
        }
    }
}
