import AssayAttestation
import AssayCrypto
import AssayTLog
import AssayTestSupport
import Testing

/// Entries are read without a JSON tree; that reading must agree with the JSON reader's.
@Suite struct CanonicalEnvelopeTests {
    /// What the JSON reader makes of `bytes`, if they are the one spelling of it.
    static func readAsJSON(_ bytes: [UInt8]) -> Envelope? {
        guard bytes.count <= Limits.entryByteCountMax else { return nil }
        do {
            let cursor = JSONCursor(try StrictJSON.parse(bytes), in: .envelope)
            let envelope = try EnvelopeDraft(reading: cursor).envelope()
            return envelope.canonicalEntry == bytes ? envelope : nil
        } catch {
            return nil
        }
    }

    static func readAsEntry(_ bytes: [UInt8]) -> Envelope? {
        do {
            return try Envelope(canonicalEntry: bytes)
        } catch {
            return nil
        }
    }

    /// Whatever one byte of an entry becomes, both readings say the same.
    @Test func agreesWithTheJSONReaderOnEveryChangedByte() throws {
        let entry = try EnvelopeTests.envelope().canonicalEntry
        #expect(Self.readAsEntry(entry) == (try EnvelopeTests.envelope()))
        var changes: [[UInt8]] = []
        for position in entry.indices {
            for value in [0, 0x20, UInt8(ascii: "\""), UInt8(ascii: "A"), UInt8(ascii: "="), 0xff] {
                var changed = entry
                changed[position] = value
                changes.append(changed)
            }
            var changed = entry
            changed.remove(at: position)
            changes.append(changed)
            changes.append(Array(entry[..<position]))
            changed = entry
            changed.insert(entry[position], at: position)
            changes.append(changed)
        }
        for changed in changes {
            let text = String(decoding: changed, as: UTF8.self)
            #expect(Self.readAsEntry(changed) == Self.readAsJSON(changed), "\(text)")
        }
        #expect(changes.contains { Self.readAsJSON($0) != nil && $0 != entry })
    }

    /// Payloads and signatures of every length modulo three, and several signatures in every order.
    @Test func agreesWithTheJSONReaderOnShapes() throws {
        let keys = try ["a", "b", "c"].map { try AttestationFixtures.key($0).publicKey.keyID }
        for count in 0..<8 {
            for signatures in 0...3 {
                let parts = keys.prefix(signatures).sorted().map {
                    Envelope.Signature(
                        keyID: $0, bytes: [UInt8](repeating: 0xfb, count: count + 1))
                }
                for order in [parts, parts.reversed(), parts + parts.prefix(1)] {
                    let list = order.map {
                        #"{"keyid":"\#($0.keyID.hex)","sig":"\#(Base64.encode($0.bytes))"}"#
                    }
                    let payload = Base64.encode([UInt8](repeating: 0xbf, count: count))
                    let text =
                        #"{"payload":"\#(payload)","payloadType":"\#(Envelope.payloadType)","#
                        + #""signatures":["# + list.joined(separator: ",") + "]}"
                    let bytes = [UInt8](text.utf8)
                    #expect(Self.readAsEntry(bytes) == Self.readAsJSON(bytes), "\(text)")
                    let isSorted = zip(order, order.dropFirst()).allSatisfy { $0.keyID < $1.keyID }
                    #expect((Self.readAsEntry(bytes) != nil) == (isSorted && !order.isEmpty))
                }
            }
        }
    }

    /// A submission in another spelling becomes the same entry.
    @Test func submissionsOfOneEnvelopeAreOneEntry() throws {
        let envelope = try EnvelopeTests.envelope()
        let entry = envelope.canonicalEntry
        let spaced = [UInt8](" ".utf8) + entry + [UInt8]("\n".utf8)
        for body in [entry, spaced] {
            let submission = try Envelope.submission(body)
            #expect(submission.envelope == envelope)
            #expect(submission.entry == entry)
        }
    }
}
