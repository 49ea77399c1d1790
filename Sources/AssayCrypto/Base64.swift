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
        let text = [UInt8](text)
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
        var text: [UInt8] = []
        text.reserveCapacity((bytes.count + 2) / 3 * 4)
        var pending: UInt32 = 0
        var bits = 0
        for byte in bytes {
            pending = pending << 8 | UInt32(byte)
            bits += 8
            while bits >= 6 {
                bits -= 6
                text.append(alphabet[Int(pending >> UInt32(bits) & 63)])
            }
            pending &= 1 << UInt32(bits) - 1
        }
        if bits > 0 {
            text.append(alphabet[Int(pending << UInt32(6 - bits) & 63)])
        }
        return text
    }

    static func decode(_ text: ArraySlice<UInt8>, with values: [UInt8]) -> [UInt8]? {
        guard text.count % 4 != 1 else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count / 4 * 3 + 2)
        var pending: UInt32 = 0
        var bits = 0
        for character in text {
            let value = values[Int(character)]
            guard value != invalid else { return nil }
            pending = pending << 6 | UInt32(value)
            bits += 6
            if bits >= 8 {
                bits -= 8
                bytes.append(UInt8(truncatingIfNeeded: pending >> UInt32(bits)))
                pending &= 1 << UInt32(bits) - 1
            }
        }
        return pending == 0 ? bytes : nil
    }
}
