/// Little-endian numbers read one after another from bytes.
struct LittleEndianReader {
    private let bytes: ArraySlice<UInt8>
    private var position: Int

    /// Creates a reader at the first byte.
    init(_ bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
        position = bytes.startIndex
    }

    /// The bytes that are left.
    var remaining: Int { bytes.endIndex - position }

    /// The next `count` bytes; `nil` where there are fewer.
    mutating func slice(_ count: Int) -> ArraySlice<UInt8>? {
        guard count >= 0, remaining >= count else { return nil }
        defer { position += count }
        return bytes[position..<(position + count)]
    }

    /// The next unsigned number of type `Number`.
    mutating func number<Number: FixedWidthInteger & UnsignedInteger>(
        _ type: Number.Type = Number.self
    ) -> Number? {
        guard let slice = slice(Number.bitWidth / 8) else { return nil }
        return slice.reversed().reduce(0) { $0 << 8 | Number($1) }
    }
}
