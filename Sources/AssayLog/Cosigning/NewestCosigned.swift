import AssayTLog
package import AssayVerification

extension LogReader {
    /// The newest checkpoint at or below the tree head that may be shown: cosigned as the charter
    /// asks, or without a quorum the newest signed one; `nil` where there is none.
    package func newestCosigned(
        _ state: LedgerState
    ) async throws(StoreFault) -> CollectedCheckpoint? {
        var below: TreeSize?
        while true {
            // Nearly always it is one of the last few.
            let page = try await checkpoints(below: below, limit: 64)
            for stored in page {
                guard isCandidate(stored, state) else { continue }
                guard let collected = collected(stored, state) else {
                    throw .damaged(.checkpoint(stored.size.value))
                }
                if collected.isCosigned(under: state) { return collected }
            }
            guard let last = page.last else { return nil }
            below = last.size
        }
    }

    /// Tells most checkpoints that lack their quorum without checking a signature.
    private func isCandidate(_ stored: StoredCheckpoint, _ state: LedgerState) -> Bool {
        guard state.policy.quorum != nil else { return true }
        let names = state.policy.witnesses.map(\.key.name)
        do {
            return try SignedNote(bytes: stored.note).signatures.contains {
                names.contains($0.name)
            }
        } catch {
            // What cannot be read is named by the one who looks closer.
            return true
        }
    }

    private func collected(
        _ stored: StoredCheckpoint, _ state: LedgerState
    ) -> CollectedCheckpoint? {
        do {
            return try CollectedCheckpoint(stored, judgedBy: state)
        } catch {
            return nil
        }
    }
}
