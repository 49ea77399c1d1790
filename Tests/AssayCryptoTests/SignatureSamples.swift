import AssayCrypto

/// The bytes of lower-case hex digits in a test; text that is not hex stops the test.
func bytes(_ hex: String) -> [UInt8] {
    guard let bytes = Hex.decode(hex.utf8) else { preconditionFailure("not hex: \(hex)") }
    return bytes
}

/// The DER of r and s, written here apart from the code under test, for numbers below 128 bytes.
func derPair(_ r: some Collection<UInt8>, _ s: some Collection<UInt8>) -> [UInt8] {
    let contents = derInteger(r) + derInteger(s)
    return [0x30, UInt8(contents.count)] + contents
}

/// The DER of r and s from their hex.
func pair(_ r: String, _ s: String) -> [UInt8] {
    derPair(bytes(r), bytes(s))
}

/// One DER INTEGER from a big-endian magnitude.
func derInteger(_ magnitude: some Collection<UInt8>) -> [UInt8] {
    var contents = [UInt8](magnitude)
    while contents.count > 1, contents[0] == 0 { contents.removeFirst() }
    if contents[0] >= 0x80 { contents.insert(0, at: 0) }
    return [2, UInt8(contents.count)] + contents
}

/// A decimal number as `count` big-endian bytes.
func bigEndian(decimal: some Collection<UInt8>, count: Int) -> [UInt8] {
    var number = [UInt8](repeating: 0, count: count)
    for digit in decimal {
        var carry = Int(digit) - 48
        for position in number.indices.reversed() {
            carry += Int(number[position]) * 10
            number[position] = UInt8(carry & 0xff)
            carry >>= 8
        }
        precondition(carry == 0, "the number does not fit")
    }
    return number
}

/// `left - right` of equally many big-endian bytes; `left` must be the larger.
func subtract(_ right: [UInt8], from left: [UInt8]) -> [UInt8] {
    var result = left
    var borrow = 0
    for position in result.indices.reversed() {
        let value = Int(left[position]) - Int(right[position]) - borrow
        borrow = value < 0 ? 1 : 0
        result[position] = UInt8(truncatingIfNeeded: value)
    }
    precondition(borrow == 0, "the difference is negative")
    return result
}
