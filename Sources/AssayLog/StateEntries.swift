import AssayCrypto
import AssayTLog

/// An entry with its place and its leaf hash.
struct PlacedEntry: Sendable {
    let index: LeafIndex
    let bytes: [UInt8]
    let leafHash: Digest

    init(_ bytes: [UInt8], at index: LeafIndex) {
        self.index = index
        self.bytes = bytes
        leafHash = MerkleTree.leafHash(of: bytes)
    }
}

/// The charter and member-keys entries, which stand in every bundle: read once.
actor StateEntries {
    private let reader: any LogReader
    private var entries: [PlacedEntry] = []
    /// The tree size of which `entries` are all.
    private var size = TreeSize.zero

    init(_ reader: any LogReader) {
        self.reader = reader
    }

    /// All of them below `size`, ascending.
    func entries(below size: TreeSize) async throws(StoreFault) -> [PlacedEntry] {
        if size > self.size {
            var new: [PlacedEntry] = []
            let known = self.size
            for index in try await reader.stateEntries(below: size) where index.value >= known.value
            {
                guard let bytes = try await reader.entries(index.value..<index.value + 1).first
                else { throw .damaged(.entry(index.value)) }
                new.append(PlacedEntry(bytes, at: index))
            }
            // Another call may have come further meanwhile.
            if self.size == known {
                entries += new
                self.size = size
            } else if self.size < size {
                return try await entries(below: size)
            }
        }
        return entries.filter { $0.index.value < size.value }
    }
}
