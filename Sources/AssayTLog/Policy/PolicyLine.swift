import AssayCrypto

/// One line of a policy text, cut into items (tlog-policy).
struct PolicyLine {
    /// The number of the line, from 1.
    let number: Int
    /// The items; none in blank and comment lines.
    let items: [Text]

    /// Cuts a whole text into lines.
    ///
    /// Deviations where tlog-policy is silent or its readers differ: a last line without newline,
    /// a `#` after the beginning of a line, and items that are not UTF-8 are refused.
    static func lines(of text: [UInt8]) throws(PolicyError) -> [PolicyLine] {
        guard text.count <= Limits.policyBytes else {
            throw PolicyError(.tooLarge(text.count))
        }
        var lines: [PolicyLine] = []
        let newline = UInt8(ascii: "\n")
        guard text.last == newline else { throw PolicyError(.noFinalNewline) }
        for bytes in text.dropLast().split(separator: newline, omittingEmptySubsequences: false) {
            let number = lines.count + 1
            do throws(PolicyError.Reason) {
                lines.append(PolicyLine(number: number, items: try items(of: bytes)))
            } catch { throw PolicyError(error, line: number) }
        }
        return lines
    }

    private static func items(
        of line: ArraySlice<UInt8>
    ) throws(PolicyError.Reason) -> [Text] {
        let space = UInt8(ascii: " ")
        let tab = UInt8(ascii: "\t")
        let hash = UInt8(ascii: "#")
        if let byte = line.first(where: { ($0 < space && $0 != tab) || $0 == 0x7f }) {
            throw .forbiddenByte(byte)
        }
        let pieces = line.split { $0 == space || $0 == tab }
        guard pieces.first?.first != hash else { return [] }
        guard !line.contains(hash) else { throw .inlineComment }
        var items: [Text] = []
        for piece in pieces {
            guard let item = Text(validating: piece) else { throw .notUTF8 }
            items.append(item)
        }
        return items
    }
}
