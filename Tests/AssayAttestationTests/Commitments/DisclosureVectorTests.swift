import AssayAttestation
import AssayCrypto
import AssayTestSupport
import Testing

@Suite(.enabled(if: SharedFolder.isExpected, SharedFolder.skipComment))
struct DisclosureVectorTests {
    @Test func publishedDigests() throws {
        let document = try SharedFolder.json("vectors/sdjwt/disclosures.json")
        let published = try document.list("published")
        let respelled = try #require(document["same_value_other_text"]).list("cases")
        #expect(published.count == 6)
        #expect(respelled.count == 3)
        for vector in published + respelled {
            let disclosure = try Disclosure(try vector.string("disclosure"))
            #expect(disclosure.digest == (try vector.string("digest_sha256_b64url")))
            let decoded = try vector.list("decoded")
            #expect(decoded.first == .string(disclosure.salt))
            #expect(decoded.last == disclosure.value)
            switch disclosure.content {
            case .member(let name, _): #expect(decoded[1] == .string(name))
            case .element: #expect(decoded.count == 2)
            }
        }
        // One array, three spellings, four digests.
        #expect(Set(try respelled.map { try $0.string("digest_sha256_b64url") }).count == 3)
    }

    @Test func processing() throws {
        let document = try SharedFolder.json("vectors/sdjwt/disclosures.json")
        let cases = try #require(document["processing"]).list("cases")
        #expect(cases.count == 20)
        var accepted = 0
        for vector in cases {
            let id = try vector.string("id")
            let payload = try #require(vector["payload"])
            let texts = try vector.strings("disclosures")
            do throws(DisclosureError) {
                let resolved = try ResolvedDocument(
                    payload,
                    disclosures: texts.map { text throws(DisclosureError) in try Disclosure(text) })
                #expect(vector["expect"] == "accept", "\(id)")
                #expect(vector["processed"] == resolved.processed, "\(id)")
                accepted += 1
            } catch {
                #expect(vector["expect"] == "reject", "\(id): \(error)")
            }
        }
        #expect(accepted == 8)
    }
}
