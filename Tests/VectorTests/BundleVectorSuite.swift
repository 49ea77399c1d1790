import AssayAttestation
import AssayCrypto
import AssayTestSupport
import AssayVerification
import Testing

/// Folder bundles.
@Suite struct BundleVectorSuite {
    /// The headline for a bundle under a trust input.
    static func headline(_ bundle: [UInt8], trust text: Text) -> Verdict {
        guard let trusted = TrustedLedger(text) else { return .badTrustInput }
        var trust = TrustInput(ledger: trusted.ledger)
        trust.pin = trusted.pinnedHead
        var verifier = BundleVerifier(trust: trust)
        return verifier.report(on: bundle).verdict
    }

    /// The cases of which the headline is not among those that are right.
    static func differing(_ name: String, count: Int, shared: [UInt8]? = nil) throws -> [String] {
        try VectorFile.cases("bundles/" + name, count: count).compactMap { vector in
            var right = try vector.strings("expect").map(\.string)
            if try vector.isUndecidable { right = try vector.strings("without").map(\.string) }
            let bundle = try shared ?? vector.raw("bundle")
            let found = headline(bundle, trust: try vector.string("trust"))
            if right.contains(found.rawValue) { return nil }
            return "\(try vector.string("name")): wanted \(right), found \(found.rawValue)"
        }
    }

    @Test func goldenBundles() throws {
        let differing = try Self.differing("golden.json", count: 50)
        #expect(differing == [])
    }

    @Test func attackedBundles() throws {
        let differing = try Self.differing("attacks.json", count: 314)
        #expect(differing == [])
    }

    @Test func badCharters() throws {
        let differing = try Self.differing("charters.json", count: 86)
        #expect(differing == [])
    }

    @Test func trustInputs() throws {
        let file = try StrictJSON.parse(
            try readFile(SharedFolder.packageRoot + "/schemas/vectors/bundles/trust.json"))
        let bundle = try file.raw("bundle")
        #expect(try Self.differing("trust.json", count: 23, shared: bundle) == [])
    }

    /// With a bit changed a complete bundle does not verify.
    @Test func changedBytesAreNoticed() throws {
        let vectors = try VectorFile.cases("bundles/golden.json", count: 50)
        let vector = try #require(
            vectors.first { $0["name"]?.text == "complete, first two witnesses" })
        let bundle = try vector.raw("bundle")
        let trust = try vector.string("trust")
        var accepted: [Int] = []
        for position in stride(from: 0, to: bundle.count, by: 7) {
            var changed = bundle
            changed[position] ^= 1 << UInt8(position % 8)
            if Self.headline(changed, trust: trust).exitStatus == 0 { accepted.append(position) }
        }
        #expect(accepted == [])
        #expect(bundle.count > 5000)
    }
}
