import AssayAttestation
import AssayCrypto
package import AssayTLog
package import AssayVerification

/// Makes fraud proofs (formats.md section 10) of what was found, and keeps only those that the
/// judge of fraud proofs confirms.
package enum Accusation {
    /// Two signed roots of one size.
    package static func twoRoots(
        _ a: JudgedCheckpoint, _ b: JudgedCheckpoint
    ) -> [FraudProof] {
        let notes = FraudProof.Notes(a: a.note.bytes, b: b.note.bytes)
        return confirmed(
            logKey(a).map { FraudProof(accused: $0, evidence: .forkSameSize(notes)) }
                + commonWitnesses(a, b).map {
                    FraudProof(accused: $0, evidence: .witnessFork(notes, nil))
                })
    }

    /// Two signed trees with different entries at one index.
    package static func twoEntries(
        _ a: JudgedCheckpoint, _ inA: FraudProof.Leaf, _ b: JudgedCheckpoint,
        _ inB: FraudProof.Leaf, at index: LeafIndex
    ) -> [FraudProof] {
        let notes = FraudProof.Notes(a: a.note.bytes, b: b.note.bytes)
        let difference = FraudProof.Difference(index: index, inA: inA, inB: inB)
        return confirmed(
            logKey(a).map { FraudProof(accused: $0, evidence: .forkInclusion(notes, difference)) }
                + commonWitnesses(a, b).map {
                    FraudProof(accused: $0, evidence: .witnessFork(notes, difference))
                })
    }

    /// An entry of the signed tree that the charter forbids, with all entries before it; nothing
    /// where those are too many for one file.
    static func forbiddenEntry(
        at index: LeafIndex, in tree: inout SignedTree, _ checkpoint: JudgedCheckpoint,
        _ ledger: LedgerID
    ) async throws(AuditFault) -> [FraudProof] {
        guard index.value > 0 else { return [] }
        var entries: [[UInt8]] = []
        var byteCount = 0
        while entries.count <= index.value {
            let missing = Int(index.value) + 1 - entries.count
            let bundle = try await tree.bundle(of: LeafIndex(UInt64(entries.count)))
            entries += bundle.prefix(missing)
            byteCount += bundle.prefix(missing).reduce(0) { $0 + $1.count }
            guard byteCount <= entryBytesMax else { return [] }
        }
        let roles: [(UInt64, Bundle.Role)] = [(0, .charter), (index.value, .claim)]
        var shown: [Bundle.Entry] = []
        for (place, role) in roles {
            shown.append(
                Bundle.Entry(
                    index: LeafIndex(place), entry: entries[Int(place)],
                    proof: try await tree.inclusion(of: LeafIndex(place)), role: role))
        }
        let bundle = Bundle(
            ledger: ledger, checkpoint: checkpoint.note.bytes, entries: shown)
        return confirmed(
            logKey(checkpoint).map {
                FraudProof(
                    accused: $0,
                    evidence: .unauthorisedEntry(
                        bundle, entries: index.value == 1 ? nil : entries))
            })
    }

    /// In base64 these many bytes of entries fit into a fraud proof, whatever else is in it.
    private static let entryBytesMax = FraudProof.byteCountMax / 2

    private static func logKey(_ checkpoint: JudgedCheckpoint) -> [Text] {
        checkpoint.evidence.logKeys.filter { $0.type == .ed25519 }.map(\.text)
    }

    private static func commonWitnesses(
        _ a: JudgedCheckpoint, _ b: JudgedCheckpoint
    ) -> [Text] {
        let others = Set(b.evidence.witnesses.map(\.key))
        return a.evidence.witnesses.map(\.key).filter(others.contains).map(\.text)
    }

    private static func confirmed(_ proofs: [FraudProof]) -> [FraudProof] {
        proofs.filter { proof in
            do throws(FraudRejection) {
                _ = try proof.judged()
                return true
            } catch {
                return false
            }
        }
    }
}
