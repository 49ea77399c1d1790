/// Base64 of RFC 4648 section 4, with padding, one spelling per value.
///
/// Characters outside the alphabet, missing or extra padding and non-zero trailing bits are all
/// refused: otherwise one signature would have many spellings.
public enum Base64 {
    static let alphabet = [UInt8](
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    private static let values = Base64Alphabet.values(of: alphabet)

    /// `bytes` as base64 text.
    public static func encode(_ bytes: some Collection<UInt8>) -> String {
        String(decoding: encodeBytes(bytes), as: UTF8.self)
    }

    /// `bytes` as the bytes of base64 text.
    public static func encodeBytes(_ bytes: some Collection<UInt8>) -> [UInt8] {
        var text = Base64Alphabet.encode([UInt8](bytes)[...], with: alphabet)
        while !text.count.isMultiple(of: 4) {
            text.append(UInt8(ascii: "="))
        }
        return text
    }

    /// The bytes that `text` spells, or `nil` if it is not the one spelling of any value.
    public static func decode(_ text: some Collection<UInt8>) -> [UInt8]? {
        decode([UInt8](text)[...])
    }

    /// The bytes that `text` spells, or `nil` if it is not the one spelling of any value.
    public static func decode(_ text: ArraySlice<UInt8>) -> [UInt8]? {
        guard text.count.isMultiple(of: 4) else { return nil }
        var padding = 0
        for character in text.suffix(2) where character == UInt8(ascii: "=") {
            padding += 1
        }
        return Base64Alphabet.decode(text.dropLast(padding), with: values)
    }
}

/// Base64url of RFC 4648 section 5, without padding, one spelling per value.
public enum Base64URL {
    private static let alphabet = [UInt8](
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)
    private static let values = Base64Alphabet.values(of: alphabet)

    /// `bytes` as base64url text.
    public static func encode(_ bytes: some Collection<UInt8>) -> String {
        String(
            decoding: Base64Alphabet.encode([UInt8](bytes)[...], with: alphabet), as: UTF8.self)
    }

    /// The bytes that `text` spells, or `nil` if it is not the one spelling of any value.
    public static func decode(_ text: some Collection<UInt8>) -> [UInt8]? {
        Base64Alphabet.decode([UInt8](text)[...], with: values)
    }
}

/// What both alphabets share: groups of six bits, without padding.
///
/// The loops run over array slices, since a generic collection costs a call for each byte.
private enum Base64Alphabet {
    static let invalid: UInt8 = 0xff

    static func values(of alphabet: [UInt8]) -> [UInt8] {
        var values = [UInt8](repeating: invalid, count: 256)
        for (value, character) in alphabet.enumerated() {
            values[Int(character)] = UInt8(value)
        }
        return values
    }

    static func encode(_ bytes: ArraySlice<UInt8>, with alphabet: [UInt8]) -> [UInt8] {
        let wholeCount = bytes.count / 3
        let tail = bytes.dropFirst(wholeCount * 3)
        var text = [UInt8](repeating: 0, count: wholeCount * 4)
        var position = bytes.startIndex
        for group in 0..<wholeCount {
            let bits =
                UInt32(bytes[position]) << 16 | UInt32(bytes[position + 1]) << 8
                | UInt32(bytes[position + 2])
            position += 3
            text[4 * group] = alphabet[Int(bits >> 18)]
            text[4 * group + 1] = alphabet[Int(bits >> 12 & 63)]
            text[4 * group + 2] = alphabet[Int(bits >> 6 & 63)]
            text[4 * group + 3] = alphabet[Int(bits & 63)]
        }
        guard let first = tail.first else { return text }
        let second = tail.dropFirst().first
        let bits = UInt32(first) << 16 | UInt32(second ?? 0) << 8
        text.append(alphabet[Int(bits >> 18)])
        text.append(alphabet[Int(bits >> 12 & 63)])
        if second != nil { text.append(alphabet[Int(bits >> 6 & 63)]) }
        return text
    }

    static func decode(_ text: ArraySlice<UInt8>, with values: [UInt8]) -> [UInt8]? {
        guard text.count % 4 != 1 else { return nil }
        let wholeCount = text.count / 4
        let tail = text.dropFirst(wholeCount * 4)
        var bytes = [UInt8](repeating: 0, count: wholeCount * 3)
        var position = text.startIndex
        // A value has six bits, so the sign bit of the union tells whether one was invalid.
        var union: UInt8 = 0
        for group in 0..<wholeCount {
            let first = values[Int(text[position])]
            let second = values[Int(text[position + 1])]
            let third = values[Int(text[position + 2])]
            let fourth = values[Int(text[position + 3])]
            position += 4
            union |= first | second | third | fourth
            bytes[3 * group] = first << 2 | second >> 4
            bytes[3 * group + 1] = second << 4 | third >> 2
            bytes[3 * group + 2] = third << 6 | fourth
        }
        var pending: UInt32 = 0
        for character in tail {
            let value = values[Int(character)]
            union |= value
            pending = pending << 6 | UInt32(value & 63)
        }
        guard union & 0x80 == 0 else { return nil }
        switch tail.count {
        case 2:
            guard pending & 0xf == 0 else { return nil }
            bytes.append(UInt8(truncatingIfNeeded: pending >> 4))
        case 3:
            guard pending & 0x3 == 0 else { return nil }
            bytes.append(UInt8(truncatingIfNeeded: pending >> 10))
            bytes.append(UInt8(truncatingIfNeeded: pending >> 2))
        default: break
        }
        return bytes
    }
}
