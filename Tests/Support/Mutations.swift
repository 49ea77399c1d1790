/// Small changes of a text, for showing that a reader notices each.
package enum Mutations {
    /// `bytes` with every one byte replaced by each of a few others, left out, or doubled.
    package static func ofEveryByte(_ bytes: [UInt8]) -> [[UInt8]] {
        var changed: [[UInt8]] = []
        for position in bytes.indices {
            let byte = bytes[position]
            let others = [byte ^ 1, byte ^ 0x20, byte ^ 0x80, 0, 0x0a, 0x20, 0x09, 0x30, 0x41]
            for other in Set(others).sorted() where other != byte {
                var replaced = bytes
                replaced[position] = other
                changed.append(replaced)
            }
            var shortened = bytes
            shortened.remove(at: position)
            var doubled = bytes
            doubled.insert(byte, at: position)
            changed += [shortened, doubled]
        }
        return changed
    }
}
