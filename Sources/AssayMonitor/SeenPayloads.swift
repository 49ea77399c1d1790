package import AssayCrypto
package import AssayTLog

/// The payloads of a log so far, by the first 8 bytes of their hashes: finds entries that may have
/// the payload of an earlier one.
///
/// Takes 14 to 20 bytes of memory for each entry.
package struct SeenPayloads: Sendable {
    /// The first 8 bytes of each entry's payload hash, in the order of the log.
    private var prefixes: [UInt64] = []
    /// Positions in `prefixes`, plus 1, where a prefix leads; 0 where nothing is.
    private var slots: [UInt32]
    /// Makes it useless to look for payloads that lead to one slot.
    private let secret: UInt64

    /// Creates the record of a log without entries.
    ///
    /// - Parameter secret: a number that nobody who writes entries knows.
    package init(secret: UInt64) {
        self.secret = secret
        slots = Array(repeating: 0, count: 1 << 10)
    }

    /// The number of entries.
    package var count: Int { prefixes.count }

    /// Takes in the next entry; returns the earlier ones that may have the same payload.
    package mutating func insert(_ payload: Digest) -> [LeafIndex] {
        insert(prefix: payload.bytes.prefix(8).reduce(0) { $0 << 8 | UInt64($1) })
    }

    private mutating func insert(prefix: UInt64) -> [LeafIndex] {
        precondition(prefixes.count < UInt32.max, "a log of at most 2^32-2 entries")
        if prefixes.count >= slots.count / 5 * 3 { grow() }
        var candidates: [LeafIndex] = []
        var slot = slot(of: prefix)
        while slots[slot] != 0 {
            let position = Int(slots[slot]) - 1
            if prefixes[position] == prefix { candidates.append(LeafIndex(UInt64(position))) }
            slot = (slot + 1) & (slots.count - 1)
        }
        prefixes.append(prefix)
        slots[slot] = UInt32(prefixes.count)
        return candidates
    }

    private mutating func grow() {
        slots = Array(repeating: 0, count: slots.count * 2)
        for (position, prefix) in prefixes.enumerated() {
            var slot = slot(of: prefix)
            while slots[slot] != 0 { slot = (slot + 1) & (slots.count - 1) }
            slots[slot] = UInt32(position + 1)
        }
    }

    private func slot(of prefix: UInt64) -> Int {
        let mixed = (prefix ^ secret).multipliedFullWidth(by: 0x9e37_79b9_7f4a_7c15)
        return Int(truncatingIfNeeded: mixed.high ^ mixed.low) & (slots.count - 1)
    }
}

extension SeenPayloads {
    /// How many bytes one entry takes in a file.
    package static let storedBytes = 8

    /// The entries from `first` on as they are stored: 8 bytes each.
    package func stored(from first: Int) -> [UInt8] {
        prefixes[first...].flatMap(\.bigEndianBytes)
    }

    /// Reads what `stored` wrote for all entries.
    package init(stored bytes: [UInt8], secret: UInt64) {
        self.init(secret: secret)
        for begin in stride(from: 0, to: bytes.count, by: Self.storedBytes) {
            let prefix = bytes[begin..<min(begin + Self.storedBytes, bytes.count)]
            _ = insert(prefix: prefix.reduce(0) { $0 << 8 | UInt64($1) })
        }
    }
}
