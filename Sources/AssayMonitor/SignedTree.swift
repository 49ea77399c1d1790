package import AssayCrypto
package import AssayTLog
package import AssayVerification

/// A signed tree whose tiles a stranger serves: each is checked against the root when it is read.
package struct SignedTree: Sendable {
    private let source: TileSource
    private var tiles: SignedTiles

    /// The signed size and root.
    package var head: TreeHead { tiles.head }

    /// Reads the right edge of the tree.
    ///
    /// - Throws: `wrongRoot` if it does not lead to the root.
    package init(_ head: TreeHead, from source: TileSource) async throws(AuditFault) {
        self.source = source
        var edge: [[Digest]] = []
        for position in SignedTiles.edge(of: head.size) {
            edge.append(try await source.hashes(position.coordinate(in: head.size)))
        }
        do throws(ReplayFinding) {
            tiles = try SignedTiles(head, edge: edge)
        } catch {
            throw .finding(error)
        }
    }

    /// The hashes of a tile of the tree.
    package mutating func hashes(
        _ position: TilePosition
    ) async throws(AuditFault) -> [Digest] {
        if let held = tiles.hashes(position) { return held }
        let served = try await source.hashes(position.coordinate(in: head.size))
        try await check(served, at: position)
        return served
    }

    /// Returns normally only if `served` are the hashes of the tile.
    package mutating func check(
        _ served: [Digest], at position: TilePosition
    ) async throws(AuditFault) {
        if let held = tiles.hashes(position) {
            guard served == held else { throw .finding(.wrongTile(position)) }
            return
        }
        // The one above it first; the topmost is in the edge.
        _ = try await hashes(tiles.parent(of: position))
        do throws(ReplayFinding) {
            try tiles.admit(served, at: position)
        } catch {
            throw .finding(error)
        }
    }

    /// The root that the tree had when it had `size` entries, which must not be more than now.
    package mutating func root(at size: TreeSize) async throws(AuditFault) -> Digest {
        guard size < head.size else { return head.root }
        return try await path(ProofPlan.root(of: size)).first ?? MerkleTree.emptyRoot
    }

    /// The audit path of an entry.
    package mutating func inclusion(
        of index: LeafIndex
    ) async throws(AuditFault) -> InclusionProof {
        let plan: ProofPlan
        do throws(ProofError) {
            plan = try ProofPlan.inclusion(of: index, in: head.size)
        } catch {
            preconditionFailure("the entry is one of the tree: \(error)")
        }
        return InclusionProof(path: try await path(plan))
    }

    /// An entry, which is the one that the tree has.
    package mutating func entry(_ index: LeafIndex) async throws(AuditFault) -> [UInt8] {
        try await bundle(of: index)[Int(index.value % UInt64(Limits.tileWidth))]
    }

    /// The entries of the bundle in which an entry is, all of them those that the tree has.
    package mutating func bundle(of index: LeafIndex) async throws(AuditFault) -> [[UInt8]] {
        guard let coordinate = TileCoordinate.bundle(of: index, in: head.size) else {
            preconditionFailure("the entry is one of the tree")
        }
        let entries = try await source.entries(coordinate)
        let hashes = try await hashes(TilePosition(level: 0, index: coordinate.index))
        for (place, entry) in entries.enumerated()
        where MerkleTree.leafHash(of: entry) != hashes[place] {
            throw .finding(
                .wrongEntry(
                    LeafIndex(coordinate.index * UInt64(Limits.tileWidth) + UInt64(place))))
        }
        return entries
    }

    /// An entry with its audit path.
    package mutating func leaf(
        _ index: LeafIndex
    ) async throws(AuditFault) -> FraudProof.Leaf {
        FraudProof.Leaf(
            entry: try await entry(index), proof: try await inclusion(of: index))
    }

    /// The hashes of a proof about the tree, for which nothing but its own tiles is needed.
    private mutating func path(_ plan: ProofPlan) async throws(AuditFault) -> [Digest] {
        let coordinates: [TileCoordinate]
        do throws(TileError) {
            coordinates = try plan.tiles(in: head.size)
        } catch {
            preconditionFailure("the proof is about this tree: \(error)")
        }
        var read: [TileCoordinate: [Digest]] = [:]
        for coordinate in coordinates {
            guard let position = TilePosition(coordinate) else {
                preconditionFailure("proofs are made of hashes")
            }
            read[coordinate] = try await hashes(position)
        }
        do throws(TileError) {
            var tiles: [TileCoordinate: TileTree] = [:]
            for (coordinate, hashes) in read {
                tiles[coordinate] = TileTree(try HashTile(hashes: hashes))
            }
            return try plan.path(from: tiles, stored: head.size)
        } catch {
            preconditionFailure("every tile of the proof was read: \(error)")
        }
    }
}

extension TilePosition {
    /// Under which name a log of `size` entries serves the tile, which it must have.
    package func coordinate(in size: TreeSize) -> TileCoordinate {
        guard
            let coordinate = TileCoordinate(
                .hashes(level: level), index: index, width: width(in: size))
        else { preconditionFailure("the tree has the tile") }
        return coordinate
    }
}
