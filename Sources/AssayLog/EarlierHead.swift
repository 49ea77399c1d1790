package import AssayTLog

extension LogReader {
    /// The head of the tree when it had `size` entries: as the log signed it then, or where the
    /// store has no checkpoint of that size, as its tiles give it, checked against the newest head.
    ///
    /// A store that caught up has none of the sizes in between, which others may have seen signed.
    ///
    /// - Returns: `nil` above the newest head.
    package func earlierHead(at size: TreeSize) async throws(StoreFault) -> TreeHead? {
        if let stored = try await checkpoint(of: size) {
            do {
                return try Checkpoint(noteText: SignedNote(bytes: stored.note).text).head
            } catch {
                throw .damaged(.checkpoint(size.value))
            }
        }
        guard let newest = try await treeHead(), size <= newest.size else { return nil }
        let tiles = try await tiles(TreeEdge.positions(for: size))
        guard let edge = TreeEdge(size: size, tiles: tiles) else {
            throw .damaged(.checkpoint(size.value))
        }
        if size > .zero {
            _ = try await ProofReader(self).consistency(from: edge.head, to: newest)
        }
        return edge.head
    }
}
