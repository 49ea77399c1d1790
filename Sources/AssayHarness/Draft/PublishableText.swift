import AssayCrypto

/// The door through which texts of a log pass into a statement.
///
/// Logs hold paths, hosts, addresses and names of people. Only texts of few fields are ever passed,
/// and of these only such as cannot be one of those; the rest is left out, and the statement says
/// that it was.
struct PublishableText {
    /// What was left out, by the field's name in words.
    private(set) var omissions: [Text] = []

    /// What stands for a name that is not published.
    static let notPublished: Text = "not-published"

    /// A name: of a task, model, scorer, metric, tool.
    ///
    /// - Parameter field: the field's name in words, for what is left out.
    mutating func name(_ text: Text, _ field: Text) -> Text {
        guard !Self.isName(text) else { return text }
        if !omissions.contains(field) { omissions.append(field) }
        return Self.notPublished
    }

    /// Several names; each that is not published stands once.
    mutating func names(_ texts: [Text], _ field: Text) -> [Text] {
        texts.reduce(into: []) { names, text in
            let name = name(text, field)
            if !names.contains(name) { names.append(name) }
        }
    }

    /// Whether a text can pass as a name: printable, short, and like no path or address.
    static func isName(_ text: Text) -> Bool {
        let string = text.string
        guard (1...200).contains(text.utf8.count),
            string.unicodeScalars.allSatisfy({
                $0.properties.generalCategory != .control && !$0.properties.isWhitespace
                    || $0 == " "
            })
        else { return false }
        guard !string.contains("\\"), !string.contains("//"), !string.contains(":/"),
            !string.contains("~/"), !string.contains("./"), !string.hasPrefix("/"),
            !string.hasSuffix("/"), !string.contains(" /")
        else { return false }
        let folders: Set<Substring> = [
            "home", "users", "root", "tmp", "var", "mnt", "data", "opt", "etc", "srv", "usr",
            "private", "volumes", "workspace",
        ]
        let parts = string.lowercased().split(separator: "/")
        guard parts.allSatisfy({ !folders.contains($0) }) else { return false }
        return !isAddress(string)
    }

    /// Whether a text holds a mail address, or a host or address of a machine.
    private static func isAddress(_ string: String) -> Bool {
        let words = string.lowercased().split { " ,;()[]<>'\"=".contains($0) }
        return words.contains { word in
            if word.hasPrefix("www.") || word.contains("localhost") { return true }
            let parts = word.split(separator: "@", omittingEmptySubsequences: false)
            // user@host.tld; a model's snapshot after @ has no dot with letters behind it
            if parts.count == 2, hasDomain(parts[1]) { return true }
            let host = word.prefix { !"/:".contains($0) }
            return isIPv4(host) || host.contains(".") && hasDomain(host) && host != word
        }
    }

    private static func hasDomain(_ text: Substring) -> Bool {
        let labels = text.split(separator: ".", omittingEmptySubsequences: false)
        guard labels.count > 1, let last = labels.last else { return false }
        return last.count >= 2 && last.allSatisfy { ("a"..."z").contains($0) }
    }

    private static func isIPv4(_ text: Substring) -> Bool {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts.allSatisfy { UInt8($0) != nil }
    }

    /// A version such as `0.3.285` or `1.2.0-rc1+g6a87748b`; `nil` for anything else.
    static func version(_ text: Text?) -> Text? {
        guard let text, (1...64).contains(text.utf8.count),
            text.utf8.allSatisfy({ isAlphanumeric($0) || ".-+_".utf8.contains($0) })
        else { return nil }
        return text
    }

    /// A random or content-made identifier; `nil` for anything else.
    static func identifier(_ text: Text?) -> Text? {
        guard let text, (1...128).contains(text.utf8.count),
            text.utf8.allSatisfy({ isAlphanumeric($0) || "-_.:".utf8.contains($0) })
        else { return nil }
        return text
    }

    /// A commit in hex; `nil` for anything else.
    static func commit(_ text: Text?) -> Text? {
        guard let text, (7...64).contains(text.utf8.count),
            text.utf8.allSatisfy({ isAlphanumeric($0) }),
            text.utf8.allSatisfy({ "0123456789abcdef".utf8.contains($0) })
        else { return nil }
        return text
    }

    /// A single word of a closed vocabulary; `nil` for anything else.
    static func word(_ text: Text?) -> Text? {
        guard let text, (1...32).contains(text.utf8.count),
            text.utf8.allSatisfy({ isAlphanumeric($0) || $0 == UInt8(ascii: "_") })
        else { return nil }
        return text
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "A")...UInt8(ascii: "Z"):
            true
        default: false
        }
    }
}
