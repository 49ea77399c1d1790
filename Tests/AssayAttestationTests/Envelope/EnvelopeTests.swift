import AssayAttestation
import AssayCrypto
import AssayTLog
import AssayTestSupport
import Testing

@Suite struct EnvelopeTests {
    static let payload = [UInt8](#"{"_type":"x/y"}"#.utf8)

    static func envelope() throws -> Envelope {
        try Envelope.sign(
            payload, with: ["a", "b", "c"].map { try AttestationFixtures.key($0) })
    }

    static func refusal(of text: String) -> AttestationError? {
        do throws(AttestationError) {
            _ = try Envelope(parsing: [UInt8](text.utf8))
            return nil
        } catch { return error }
    }

    static func place(_ path: String) -> JSONPointer { JSONPointer(Text(path)) ?? .root }

    @Test func canonicalFormIsTheOneOfTheFormat() throws {
        let envelope = try Self.envelope()
        let ids = envelope.signatures.map(\.keyID.hex)
        #expect(ids == ids.sorted())
        let signatures = envelope.signatures.map {
            #"{"keyid":"\#($0.keyID.hex)","sig":"\#(Base64.encode($0.bytes))"}"#
        }
        let expected =
            #"{"payload":"\#(Base64.encode(Self.payload))","payloadType":"#
            + #""application/vnd.in-toto+json","signatures":["#
            + signatures.joined(separator: ",") + "]}"
        #expect(String(decoding: envelope.canonicalEntry, as: UTF8.self) == expected)
        let entry = LogEntry(envelope)
        #expect(entry.leafHash == SHA256.hash([0] + envelope.canonicalEntry))
        #expect(try LogEntry(bytes: entry.bytes) == entry)
        #expect(
            EnvelopeDraft.Member.allCases.map(\.rawValue) == [
                "payload", "payloadType", "signatures",
            ])
    }

    @Test func signaturesVerifyOverThePreAuthEncoding() throws {
        let envelope = try Self.envelope()
        #expect(envelope.signatures.count == 3)
        for name in ["a", "b", "c"] {
            let key = try AttestationFixtures.key(name).publicKey
            let signature = try #require(
                envelope.signatures.first { $0.keyID == key.keyID })
            try key.verify(signature.bytes, over: envelope.preAuthEncoding)
            // Neither the bare payload nor its base64 is what is signed.
            for wrong in [Self.payload, [UInt8](Base64.encode(Self.payload).utf8)] {
                #expect(throws: SignatureError.invalid) {
                    try key.verify(signature.bytes, over: wrong)
                }
            }
        }
        #expect(
            String(decoding: envelope.preAuthEncoding, as: UTF8.self)
                == #"DSSEv1 28 application/vnd.in-toto+json 15 {"_type":"x/y"}"#)
    }

    @Test func readsAnyOrderAndWhiteSpaceOnInput() throws {
        let envelope = try Self.envelope()
        let signatures = envelope.signatures.reversed().map {
            #" { "sig" : "\#(Base64.encode($0.bytes))" , "keyid":"\#($0.keyID.hex)" } "#
        }
        let text = """
            \t{ "signatures": [\(signatures.joined(separator: ","))],\r
              "payloadType": "application\\/vnd.in-toto+\\u006ason",
              "payload": "\(Base64.encode(Self.payload))" }

            """
        let read = try Envelope(parsing: [UInt8](text.utf8))
        #expect(read == envelope)
        #expect(read.canonicalEntry == envelope.canonicalEntry)
        #expect(throws: AttestationError.self) {
            try Envelope(canonicalEntry: [UInt8](text.utf8))
        }
    }

    @Test func refusesWhatIsNoEnvelope() throws {
        let id = String(repeating: "ab", count: 32)
        func text(
            payload: String = #""e30=""#, type: String = #""application/vnd.in-toto+json""#,
            signatures: String? = nil, more: String = ""
        ) -> String {
            let list = signatures ?? #"[{"keyid":"\#(id)","sig":"AAAA"}]"#
            return #"{"payload":\#(payload),"payloadType":\#(type),"signatures":\#(list)\#(more)}"#
        }
        #expect(Self.refusal(of: text()) == nil)
        func malformed(_ path: String, _ reason: Malformation) -> AttestationError {
            .malformed(.envelope, Self.place(path), reason)
        }
        let cases: [(String, AttestationError)] = [
            ("[]", malformed("", .wrongType(expected: .object, found: .array))),
            (text(more: #","x":1"#), malformed("/x", .unexpectedMember)),
            (
                text().replacing("\"payload\":", with: "\"Payload\":"),
                malformed("/Payload", .unexpectedMember)
            ),
            (
                text(type: #""application/vnd.in-toto+json ""#),
                malformed(
                    "/payloadType",
                    .mismatch(
                        expected: Envelope.payloadType, found: "application/vnd.in-toto+json "))
            ),
            (
                text(payload: "1"),
                malformed("/payload", .wrongType(expected: .string, found: .number))
            ),
            (
                text(payload: #""e30""#),
                malformed("/payload", .notWritten(.base64, found: "e30"))
            ),
            (
                text(payload: #""e31=""#),
                malformed("/payload", .notWritten(.base64, found: "e31="))
            ),
            (
                text(payload: #""-_-_""#),
                malformed("/payload", .notWritten(.base64, found: "-_-_"))
            ),
            (text(signatures: "[]"), malformed("/signatures", .tooFew(count: 0, least: 1))),
            (
                text(signatures: #"[{"sig":"AAAA"}]"#),
                malformed("/signatures/0/keyid", .missing)
            ),
            (
                text(signatures: #"[{"keyid":"\#(id)"}]"#),
                malformed("/signatures/0/sig", .missing)
            ),
            (
                text(signatures: #"[{"keyid":"\#(id)","sig":"","x":0}]"#),
                malformed("/signatures/0/x", .unexpectedMember)
            ),
            (
                text(signatures: #"[{"keyid":"\#(id)","sig":""}]"#),
                malformed("/signatures/0/sig", .emptyText)
            ),
            (
                text(signatures: #"[{"keyid":"\#(id.uppercased())","sig":"AAAA"}]"#),
                malformed(
                    "/signatures/0/keyid", .notWritten(.hexDigest, found: Text(id.uppercased())))
            ),
            (
                text(
                    signatures:
                        #"[{"keyid":"\#(id)","sig":"AAAA"},{"keyid":"\#(id)","sig":"BBBB"}]"#),
                malformed("/signatures/1/keyid", .duplicate(Text(id)))
            ),
            (
                text(more: #","payload":"e30=""#),
                .notJSON(.envelope, JSONError(.duplicateMember("payload"), at: text().utf8.count))
            ),
        ]
        for (text, expected) in cases {
            let found = Self.refusal(of: text)
            #expect(found == expected, "\(text)")
            #expect(found?.description.isEmpty == false)
        }
    }

    @Test func namesThePlaceInWords() {
        #expect(
            Self.refusal(of: #"{"payload":"e30=","payloadType":"text/plain","signatures":[]}"#)?
                .description == """
                    the envelope at /payloadType must be "application/vnd.in-toto+json", \
                    but is "text/plain"
                    """)
        #expect(
            Self.refusal(of: #"{"payload":"e30="}"#)?.description
                == "the envelope at /payloadType is missing")
        #expect(
            Self.refusal(of: "{")?.description
                == "the envelope is not acceptable JSON: the text ends inside a value at byte 1")
    }

    /// Every small change of a canonical entry is refused as an entry or is another entry, and its
    /// re-serialisation is never the original.
    @Test func everyChangedByteIsNoticed() throws {
        let entry = LogEntry(try Self.envelope())
        var unnoticed: [Int] = []
        var readable = 0
        let mutants = Mutations.ofEveryByte(entry.bytes)
        for (number, mutant) in mutants.enumerated() {
            do throws(AttestationError) {
                let read = try LogEntry(bytes: mutant)
                readable += 1
                if read.bytes != mutant || read.leafHash == entry.leafHash
                    || read.envelope == entry.envelope
                {
                    unnoticed.append(number)
                }
            } catch { continue }
        }
        for length in 0..<entry.bytes.count {
            do throws(AttestationError) {
                _ = try LogEntry(bytes: [UInt8](entry.bytes[..<length]))
                unnoticed.append(-length)
            } catch { continue }
        }
        #expect(unnoticed == [])
        #expect(mutants.count > 5 * entry.bytes.count)
        #expect(readable > 0 && readable < mutants.count / 2)
    }

    @Test func limitsAtTheEdgeAndOnePast() throws {
        let largest = [UInt8](repeating: 0x20, count: 45_000)
        let key = try AttestationFixtures.key("a")
        #expect(try Envelope.sign(largest, with: [key]).payload == largest)
        #expect(
            throws: SigningError.envelope(
                .tooLarge(.statement, byteCount: 45_001, limit: 45_000))
        ) { try Envelope.sign(largest + [0x20], with: [key]) }

        let plain = try Envelope.sign(largest, with: [key])
        let room = 65_535 - plain.canonicalEntry.count
        let overhead = #",{"keyid":"","sig":""}"#.utf8.count + 64
        let longest = [UInt8](repeating: 7, count: (room - overhead) / 4 * 3)
        let other = KeyID(AttestationFixtures.digest("other"))
        let full = try plain.adding([Envelope.Signature(keyID: other, bytes: longest)])
        #expect(full.canonicalEntry.count <= 65_535)
        #expect(try Envelope(canonicalEntry: full.canonicalEntry) == full)
        let tooLong = Envelope.Signature(keyID: other, bytes: longest + [7])
        #expect(full.canonicalEntry.count + 4 > 65_535)
        #expect(
            throws: AttestationError.tooLarge(
                .envelope, byteCount: full.canonicalEntry.count + 4, limit: 65_535)
        ) { try plain.adding([tooLong]) }
        let padded = full.canonicalEntry + [UInt8](repeating: 0x20, count: 131_072 - 65_535)
        #expect(try Envelope(parsing: padded) == full)
        let body = padded + [UInt8](repeating: 0x20, count: 131_073 - padded.count)
        #expect(
            throws: AttestationError.tooLarge(.envelope, byteCount: 131_073, limit: 131_072)
        ) { try Envelope(parsing: body) }
    }

    @Test func draftsCollectSignatures() throws {
        let draft = try EnvelopeDraft(payload: Self.payload)
        #expect(
            throws: AttestationError.malformed(
                .envelope, Self.place("/signatures"), .tooFew(count: 0, least: 1))
        ) { try draft.envelope() }
        let read = try EnvelopeDraft(parsing: draft.bytes)
        #expect(read == draft)
        let (a, b) = (try AttestationFixtures.key("a"), try AttestationFixtures.key("b"))
        let signed = try read.signed(by: b).signed(by: a)
        #expect(try signed.envelope() == Envelope.sign(Self.payload, with: [a, b]))
        #expect(throws: SigningError.self) { try signed.signed(by: a) }
    }
}
