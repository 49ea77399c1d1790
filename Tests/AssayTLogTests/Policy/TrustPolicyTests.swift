import AssayCrypto
import AssayTLog
import AssayTestSupport
import Testing

/// What a policy makes of a checkpoint.
@Suite struct TrustPolicyTests {
    /// A log, three witnesses of which two suffice, and a checkpoint.
    struct World {
        let log: SignerKey
        let witnesses: [SignerKey]
        let policy: TrustPolicy
        let checkpoint: Checkpoint

        init() throws {
            log = try NoteFixtures.signer("log.example", .ed25519)
            witnesses = try ["k1", "k2", "k3"].map {
                try NoteFixtures.signer($0, .ed25519Cosignature)
            }
            checkpoint = try NoteFixtures.checkpoint("log.example", size: 40)
            policy = try TrustPolicy(text: Text(Self.text(log, witnesses)))
        }

        static func text(_ log: SignerKey, _ witnesses: [SignerKey]) -> String {
            let lines = witnesses.enumerated().map { position, witness in
                "witness w\(position + 1) \(witness.verifierKey.text) https://w.example/\n"
            }
            return "# two of three\nlog \(log.verifierKey.text) https://log.example/\n\n"
                + lines.joined() + "group g 2 w1 w2 w3\nquorum g\n"
        }

        /// The note with the log's line, and witness i's at time 100·(i+1).
        func note(_ cosigning: [Int]) throws -> SignedNote {
            let lines = try cosigning.map { position in
                try witnesses[position].sign(
                    checkpoint, at: #require(UnixSeconds(100 * UInt64(position + 1))))
            }
            return try SignedNote(
                text: checkpoint.noteText,
                signatures: [log.sign(checkpoint, at: .unstated)] + lines)
        }

        func rejection(_ note: SignedNote) -> PolicyRejection? {
            do throws(PolicyRejection) {
                _ = try policy.verify(note)
                return nil
            } catch { return error }
        }
    }

    @Test func quorumOfTwo() throws {
        let world = try World()
        let evidence = try world.policy.verify(world.note([0, 2]))
        #expect(evidence.checkpoint == world.checkpoint)
        #expect(evidence.logKeys == [world.log.verifierKey])
        #expect(evidence.witnesses.map(\.name) == ["w1", "w3"])
        #expect(evidence.witnesses.map(\.time) == [UnixSeconds(100), UnixSeconds(300)])
        #expect(evidence.quorum == .satisfied)
        #expect(evidence.observedBy == UnixSeconds(300))
        #expect(try world.policy.judge(world.note([0, 1, 2])).observedBy == UnixSeconds(200))
        #expect(world.policy.quorum?.split == 1)
        #expect(world.policy.quorum?.halt == 2)
        #expect(
            world.policy.witnesses.map(\.url) == [
                "https://w.example/", "https://w.example/", "https://w.example/",
            ])
        #expect(try TrustPolicy(text: world.policy.text) == world.policy)
    }

    @Test func tooFewWitnesses() throws {
        let world = try World()
        let one = try world.note([1])
        let evidence = try world.policy.judge(one)
        #expect(evidence.quorum == .notSatisfied)
        #expect(evidence.observedBy == nil)
        #expect(world.rejection(one) == .quorumNotMet(evidence))
        // Fifty strangers add nothing, nor does the same witness twice.
        let crowd = try SignedNote(
            text: one.text,
            signatures: one.signatures + SignedNoteTests.unknownLines(50) + one.signatures.suffix(1)
        )
        guard case .quorumNotMet(let found) = world.rejection(crowd) else {
            Issue.record("strangers made a quorum")
            return
        }
        #expect(found.unknown.count == 50)
        // One valid and one broken: the broken line rejects the note.
        let three = try world.note([0, 1])
        let broken = try SignedNoteTests.line(
            "k3", world.witnesses[2].verifierKey.id, [UInt8](repeating: 1, count: 72))
        let note = try SignedNote(text: three.text, signatures: three.signatures + [broken])
        #expect(
            world.rejection(note)
                == .note(.rejectedSignature(broken.name, broken.keyID, .signature(.invalid))))
    }

    @Test func orderOfLinesDoesNotMatter() throws {
        let world = try World()
        let note = try world.note([0, 1, 2])
        let evidence = try world.policy.verify(note)
        let reversed = try SignedNote(text: note.text, signatures: note.signatures.reversed())
        #expect(try world.policy.verify(reversed) == evidence)
    }

    @Test func theLogMustSignUnderItsOrigin() throws {
        let world = try World()
        let note = try world.note([0, 1])
        let unsigned = try SignedNote(
            text: note.text, signatures: [NoteSignature](note.signatures.dropFirst()))
        #expect(world.rejection(unsigned) == .noLogSignature(world.checkpoint.origin))

        // The log's key signs a checkpoint of another origin.
        let other = try NoteFixtures.checkpoint("log.example.", size: 40)
        let foreign = try SignedNote(
            text: other.noteText, signatures: [world.log.sign(other, at: .unstated)])
        #expect(world.rejection(foreign) == .noLogSignature(other.origin))

        // Somebody else's key under the log's name and key ID.
        let thief = try NoteFixtures.signer("thief", .ed25519).sign(world.checkpoint, at: .unstated)
        let stolen = try SignedNoteTests.line(
            "log.example", world.log.verifierKey.id, thief.signature)
        let forged = try SignedNote(text: note.text, signatures: [stolen])
        #expect(
            world.rejection(forged)
                == .note(.rejectedSignature(stolen.name, stolen.keyID, .signature(.invalid))))
    }

    @Test func extensionLines() throws {
        let world = try World()
        let extended = try Checkpoint(
            noteText: Text(world.checkpoint.noteText.string + "more\n"), extensionLines: .allowed)
        let note = try SignedNote(
            text: extended.noteText,
            signatures: [world.log.sign(extended, at: .unstated)]
                + world.witnesses.map { try $0.sign(extended, at: #require(UnixSeconds(5))) })
        #expect(world.rejection(note) == .checkpoint(.extensionLines(["more"])))
        #expect(try world.policy.verify(note, extensionLines: .allowed).witnesses.count == 3)
    }

    /// A charter's witnesses with its checkpoint keys.
    @Test func charterPolicies() throws {
        let world = try World()
        let lines = World.text(world.log, world.witnesses).split(separator: "\n")
            .filter { !$0.hasPrefix("log") }
        let text = Text(lines.joined(separator: "\n") + "\n")
        let bare = try TrustPolicy(witnessesText: text)
        #expect(bare.logs == [])
        let whole = try bare.trusting(logs: [.init(key: world.log.verifierKey)])
        #expect(try whole.verify(world.note([0, 1])).quorum == .satisfied)
        let error = #expect(throws: PolicyError.self) {
            try TrustPolicy(witnessesText: Text(World.text(world.log, world.witnesses)))
        }
        #expect(error?.reason == .lineNotAllowed)
        #expect(error?.line == 2)
        let twice = #expect(throws: PolicyError.self) {
            let log = TrustPolicy.Log(key: world.log.verifierKey)
            return try bare.trusting(logs: [log, log])
        }
        #expect(twice?.reason == .duplicateKey)
        let wrongType = #expect(throws: PolicyError.self) {
            try bare.trusting(logs: [.init(key: world.witnesses[0].verifierKey)])
        }
        #expect(wrongType?.reason == .unsuitableKeyType(.ed25519Cosignature))
    }

    /// One public key counts once, whatever its names and types.
    @Test func oneKeyUnderTwoNames() throws {
        let seed = [UInt8](repeating: 5, count: 32)
        func key(_ name: KeyName, _ type: SignatureType) throws -> Text {
            try SignerKey(name: name, type: type, seed: seed).verifierKey.text
        }
        let (a, b) = (try #require(KeyName("a")), try #require(KeyName("b")))
        let witness = try key(a, .ed25519Cosignature)
        for text in [
            "witness a \(witness)\nwitness b \(try key(b, .ed25519Cosignature))\nquorum a\n",
            "log \(try key(a, .ed25519))\nwitness b \(witness)\nquorum b\n",
            "witness b \(witness)\nlog \(try key(b, .ed25519))\nquorum b\n",
        ] {
            let error = #expect(throws: PolicyError.self) { try TrustPolicy(text: Text(text)) }
            #expect(error?.reason == .duplicateKey)
            #expect(error?.line == 2)
        }
    }

    @Test(arguments: [Limits.policyGroups, 32]) func sizes(count: Int) throws {
        func text(_ count: Int) throws -> Text {
            let logs = min(count, Limits.policyLogs)
            var lines = try (0..<logs).map {
                "log \(try NoteFixtures.signer("l\($0)", .ed25519).verifierKey.text)"
            }
            for number in 0..<count {
                let key = try NoteFixtures.signer("w\(number)", .ed25519Cosignature).verifierKey
                lines += ["witness w\(number) \(key.text)", "group g\(number) any w\(number)"]
            }
            return Text(lines.joined(separator: "\n") + "\nquorum g0\n")
        }
        #expect(try TrustPolicy(text: text(count)).groups.count == count)
        let error = #expect(throws: PolicyError.self) {
            try TrustPolicy(text: text(Limits.policyGroups + 1))
        }
        #expect(error?.reason == .tooManyLines)
    }

    /// Every changed byte is refused or changes what the policy says.
    @Test func everyChangedByteChangesTheMeaning() throws {
        let world = try World()
        let original = world.policy.text
        var same: [String] = []
        for changed in Mutations.ofEveryByte(original.utf8) {
            guard let text = Text(validating: changed) else { continue }
            do throws(PolicyError) {
                if try TrustPolicy(text: text) == world.policy { same.append(text.string) }
            } catch {}
        }
        // White space between items, and blank lines, are free.
        let skipped = same.filter { text in
            TrustPolicyTests.items(text) != TrustPolicyTests.items(original.string)
        }
        #expect(skipped == [])
        #expect(!same.isEmpty)
    }

    static func items(_ text: String) -> [[Substring]] {
        text.split(separator: "\n").map { $0.split { $0 == " " || $0 == "\t" } }
    }
}
