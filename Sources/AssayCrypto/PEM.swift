/// Textual encoding of keys (RFC 7468), one block, in the strict form of its section 3: lines of
/// 64 characters, LF, nothing before and nothing after.
enum PEM {
    /// Writes `contents` under `label`.
    static func encode(_ contents: [UInt8], label: String) -> [UInt8] {
        var text = [UInt8]("-----BEGIN \(label)-----\n".utf8)
        var body = Base64.encodeBytes(contents)
        defer { body.wipe() }
        var rest = body[...]
        while !rest.isEmpty {
            text += rest.prefix(64)
            text.append(UInt8(ascii: "\n"))
            rest = rest.dropFirst(64)
        }
        text += [UInt8]("-----END \(label)-----\n".utf8)
        return text
    }

    /// The contents of the one block in `text`, whose label must satisfy `accept`.
    ///
    /// The label is judged first, so that a certificate in a sloppy file is called a certificate.
    ///
    /// - Throws: `malformedPEM`, `textAroundPEM`, `severalPEMBlocks`, and what `accept` throws.
    static func decode(
        _ text: [UInt8], accept: (Text) throws(KeyError) -> Void
    ) throws(KeyError) -> (label: Text, contents: [UInt8]) {
        let begin = [UInt8]("-----BEGIN ".utf8)
        let dashes = [UInt8]("-----".utf8)
        guard text.starts(with: begin) else {
            throw occurs(begin, in: text[...]) ? .textAroundPEM : .malformedPEM
        }
        var lines = text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)[...]
        guard let first = lines.popFirst(), first.count > begin.count + dashes.count,
            first.suffix(dashes.count).elementsEqual(dashes),
            let label = Text(validating: first.dropFirst(begin.count).dropLast(dashes.count))
        else { throw .malformedPEM }
        try accept(label)

        let end = [UInt8]("-----END ".utf8) + label.utf8 + dashes
        guard let last = lines.firstIndex(where: { $0.elementsEqual(end) }) else {
            throw .malformedPEM
        }
        let after = lines[(last + 1)...]
        guard after.isEmpty || (after.count == 1 && after.allSatisfy(\.isEmpty)) else {
            let rest = after.joined(separator: [UInt8(ascii: "\n")])
            throw occurs(begin, in: [UInt8](rest)[...]) ? .severalPEMBlocks : .textAroundPEM
        }
        let body = lines[..<last]
        guard let short = body.last, (1...64).contains(short.count),
            body.dropLast().allSatisfy({ $0.count == 64 })
        else { throw .malformedPEM }
        var joined = [UInt8](body.joined())
        defer { joined.wipe() }
        guard let contents = Base64.decode(joined) else { throw .malformedPEM }
        return (label, contents)
    }

    private static func occurs(_ pattern: [UInt8], in text: ArraySlice<UInt8>) -> Bool {
        text.indices.contains { text[$0...].starts(with: pattern) }
    }
}

extension PEM {
    static let publicKeyLabel: Text = "PUBLIC KEY"
    static let privateKeyLabel: Text = "PRIVATE KEY"
    static let encryptedPrivateKeyLabel: Text = "ENCRYPTED PRIVATE KEY"

    /// Says what stands in the way of reading a block with this label as a public key.
    static func expectPublicKey(_ label: Text) throws(KeyError) {
        guard label != publicKeyLabel else { return }
        throw label.utf8.ends(with: privateKeyLabel.utf8) ? .privateKeyGiven : other(label)
    }

    /// Says what stands in the way of reading a block with this label as a PKCS#8 private key.
    static func expectPrivateKey(_ label: Text) throws(KeyError) {
        guard label != privateKeyLabel, label != encryptedPrivateKeyLabel else { return }
        throw label == publicKeyLabel ? .publicKeyGiven : other(label)
    }

    private static func other(_ label: Text) -> KeyError {
        label.utf8.ends(with: [UInt8]("CERTIFICATE".utf8))
            ? .certificateGiven : .unexpectedPEMLabel(label)
    }
}

extension [UInt8] {
    fileprivate func ends(with ending: [UInt8]) -> Bool {
        suffix(ending.count).elementsEqual(ending)
    }
}
