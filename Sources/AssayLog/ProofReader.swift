package import AssayCrypto
package import AssayTLog

/// Makes Merkle proofs from stored tiles: plans which tiles they need, fetches all of them at
/// once, builds the proofs, and verifies them, since stored tiles are not believed.
package struct ProofReader: Sendable {
    private let trees: TileTrees

    /// Creates a maker of proofs over a store.
    package init(_ reader: any LogReader) {
        trees = TileTrees(reader)
    }

    /// The proofs that `leaves` stand at their indexes in the tree of `head`, in order.
    ///
    /// - Throws: `damaged` if the stored tiles do not lead from the leaves to the root.
    package func inclusion(
        of leaves: [(index: LeafIndex, hash: Digest)], in head: TreeHead
    ) async throws(StoreFault) -> [InclusionProof] {
        var plans: [ProofPlan] = []
        for leaf in leaves {
            do {
                plans.append(try ProofPlan.inclusion(of: leaf.index, in: head.size))
            } catch {
                throw .damaged(.entry(leaf.index.value))
            }
        }
        let tiles = try await tiles(for: plans, in: head.size)
        var proofs: [InclusionProof] = []
        for (plan, leaf) in zip(plans, leaves) {
            do {
                let proof = InclusionProof(path: try plan.path(from: tiles, stored: head.size))
                try proof.verify(leaf: leaf.hash, at: leaf.index, in: head)
                proofs.append(proof)
            } catch {
                throw .damaged(.entry(leaf.index.value))
            }
        }
        return proofs
    }

    /// The proof that the tree of `new` extends that of `old`.
    ///
    /// - Throws: `damaged` if the stored tiles do not show it.
    package func consistency(
        from old: TreeHead, to new: TreeHead
    ) async throws(StoreFault) -> ConsistencyProof {
        do {
            let plan = try ProofPlan.consistency(from: old.size, to: new.size)
            let tiles = try await tiles(for: [plan], in: new.size)
            let proof = ConsistencyProof(path: try plan.path(from: tiles, stored: new.size))
            try proof.verify(from: old, to: new)
            return proof
        } catch let error as StoreFault {
            throw error
        } catch {
            throw .damaged(.checkpoint(old.size.value))
        }
    }

    private func tiles(
        for plans: [ProofPlan], in size: TreeSize
    ) async throws(StoreFault) -> [TileCoordinate: TileTree] {
        var coordinates: Set<TileCoordinate> = []
        for plan in plans {
            do {
                coordinates.formUnion(try plan.tiles(in: size))
            } catch {
                throw .damaged(.treeHead)
            }
        }
        return try await trees.trees(of: coordinates)
    }
}

/// Tiles from which proofs were made not long ago.
///
/// All submissions of a growth step ask for nearly the same tiles, at the same time: whoever comes
/// first reads them, the others wait for that.
private actor TileTrees {
    /// How many are kept, of 16 KiB each at most.
    private static let countMax = 256

    private let reader: any LogReader
    private var kept: [TileCoordinate: TileTree] = [:]
    private var isReading = false
    private var waiting: [CheckedContinuation<Void, Never>] = []

    init(_ reader: any LogReader) {
        self.reader = reader
    }

    func trees(
        of coordinates: Set<TileCoordinate>
    ) async throws(StoreFault) -> [TileCoordinate: TileTree] {
        while isReading, !coordinates.allSatisfy({ kept[$0] != nil }) {
            await withCheckedContinuation { waiting.append($0) }
        }
        var found: [TileCoordinate: TileTree] = [:]
        for coordinate in coordinates { found[coordinate] = kept[coordinate] }
        let missing = coordinates.filter { found[$0] == nil }
        if missing.isEmpty { return found }
        isReading = true
        defer {
            isReading = false
            for waiter in waiting { waiter.resume() }
            waiting = []
        }
        let read = try await self.read(missing)
        if kept.count + read.count > Self.countMax { kept = [:] }
        kept.merge(read) { _, new in new }
        return found.merging(read) { _, new in new }
    }

    private func read(
        _ coordinates: Set<TileCoordinate>
    ) async throws(StoreFault) -> [TileCoordinate: TileTree] {
        let wanted = coordinates.compactMap { coordinate in
            TilePosition(coordinate).map { (coordinate: coordinate, position: $0) }
        }
        let stored = try await reader.tiles(wanted.map(\.position))
        var trees: [TileCoordinate: TileTree] = [:]
        for (tile, hashes) in zip(wanted, stored) {
            // A tile that has grown since holds the narrower one at its beginning.
            guard let hashes, hashes.count >= tile.coordinate.width else {
                throw .damaged(.tile(tile.position))
            }
            do {
                trees[tile.coordinate] = TileTree(
                    try HashTile(hashes: Array(hashes.prefix(tile.coordinate.width))))
            } catch {
                throw .damaged(.tile(tile.position))
            }
        }
        return trees
    }
}
