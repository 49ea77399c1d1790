import AssayCrypto
import Testing

/// The forms in which an EC signature is not taken, and the one twin that cannot be told apart.
@Suite struct SignatureStrictnessTests {
    private struct Curve {
        let algorithm: SignatureAlgorithm
        let order: [UInt8]
    }

    private static let curves = [
        Curve(
            algorithm: .ecdsaP256SHA256,
            order: bytes("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551")),
        Curve(
            algorithm: .ecdsaP384SHA384,
            order: bytes(
                """
                ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf\
                581a0db248b0a77aecec196accc52973
                """)),
        Curve(
            algorithm: .sm2SM3,
            order: bytes("fffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123")),
    ]

    private let message = [UInt8]("a message".utf8)

    /// r and s of a DER signature, each as long as the order.
    private func split(_ signature: [UInt8], size: Int) throws -> (r: [UInt8], s: [UInt8]) {
        let rCount = Int(signature[3])
        let r = signature[4..<(4 + rCount)]
        let s = signature[(6 + rCount)...]
        #expect(s.count == Int(signature[5 + rCount]))
        let pad = { (number: ArraySlice<UInt8>) in
            let bare = number.drop { $0 == 0 }
            return [UInt8](repeating: 0, count: size - bare.count) + bare
        }
        return (pad(r), pad(s))
    }

    @Test(arguments: 0..<3)
    func otherFormsAreRefused(curve: Int) throws {
        let curve = Self.curves[curve]
        let key = try PrivateKey.generate(curve.algorithm)
        let signature = try key.sign(message)
        let (r, s) = try split(signature, size: curve.order.count)
        #expect(derPair(r, s) == signature)

        let zero = [UInt8](repeating: 0, count: curve.order.count)
        let minusOne = curve.order.dropLast() + [curve.order[curve.order.count - 1] - 1]
        let over = [1] + zero
        // The same r, spelled one order higher, where that is a number of its own.
        let raised = add(r, curve.order)
        let contents = [UInt8](signature.dropFirst(2))
        let length = UInt8(contents.count)
        let forms: [String: [UInt8]] = [
            "r and s side by side": r + s,
            "empty": [],
            "r is 0": derPair(zero, s),
            "s is 0": derPair(r, zero),
            "both are 0": derPair(zero, zero),
            "r is n": derPair(curve.order, s),
            "s is n": derPair(r, curve.order),
            "r is over": derPair(over, s),
            "s is over": derPair(r, over),
            "r + n": derPair(raised, s),
            "s is n - 1": derPair(r, minusOne),
            "trailing byte": signature + [0],
            "trailing byte within": [0x30, length + 1] + contents + [0],
            "third number": [0x30, length + 3] + contents + [2, 1, 1],
            "long length": [0x30, 0x81, length] + contents,
            "indefinite length": [0x30, 0x80] + contents + [0, 0],
            "other tag": [0x31, length] + contents,
            "leading zero in r": padded(signature),
            "truncated": signature.dropLast(),
        ]
        for (name, form) in forms {
            #expect(throws: SignatureError.invalid, "\(name)") {
                try key.publicKey.verify([UInt8](form), over: message)
            }
        }
    }

    /// (r, n-s) verifies by the definition of ECDSA, so nothing may count on a signature's bytes.
    ///
    /// SM2 binds s to the key and has no such twin.
    @Test(arguments: 0..<3)
    func twinVerifiesForECDSAAlone(curve: Int) throws {
        let curve = Self.curves[curve]
        let key = try PrivateKey.generate(curve.algorithm)
        let (r, s) = try split(try key.sign(message), size: curve.order.count)
        let twin = derPair(r, subtract(s, from: curve.order))
        if curve.algorithm == .sm2SM3 {
            #expect(throws: SignatureError.invalid) {
                try key.publicKey.verify(twin, over: message)
            }
        } else {
            try key.publicKey.verify(twin, over: message)
        }
    }

    private func add(_ left: [UInt8], _ right: [UInt8]) -> [UInt8] {
        var sum = [UInt8](repeating: 0, count: left.count + 1)
        var carry = 0
        for position in left.indices.reversed() {
            carry += Int(left[position]) + Int(right[position])
            sum[position + 1] = UInt8(carry & 0xff)
            carry >>= 8
        }
        sum[0] = UInt8(carry)
        return sum
    }

    /// The signature with one more zero before r.
    private func padded(_ signature: [UInt8]) -> [UInt8] {
        var padded = signature
        padded.insert(0, at: 4)
        padded[1] += 1
        padded[3] += 1
        return padded
    }
}
