package import AssayCrypto

/// Where a log is served: `http://` or `https://`, a host, perhaps a port and a path prefix.
package struct LogURL: Hashable, Sendable, CustomStringConvertible {
    /// The address without a trailing slash.
    package let text: Text

    /// Reads an address; `nil` for another scheme, without a host, or with a query, a fragment,
    /// user information, or bytes that do not belong into an address.
    package init?(_ text: Text) {
        var bytes = text.utf8[...]
        guard let scheme = ["http://", "https://"].first(where: { bytes.starts(with: $0.utf8) })
        else { return nil }
        while bytes.last == UInt8(ascii: "/") { bytes.removeLast() }
        let rest = bytes.dropFirst(scheme.utf8.count)
        let host = rest.prefix { $0 != UInt8(ascii: "/") }
        guard !host.isEmpty, host.first != UInt8(ascii: ":"), bytes.count <= 2048,
            rest.allSatisfy({ $0 > 0x20 && $0 < 0x7f && !Self.forbidden.contains($0) }),
            let trimmed = Text(validating: bytes)
        else { return nil }
        self.text = trimmed
    }

    private static let forbidden = Set<UInt8>("?#@\\\"<>^`{|}%".utf8)

    /// The address.
    package var description: String { text.string }

    /// The address of a resource of the log; `path` begins with a slash.
    func resource(_ path: String) -> String { text.string + path }
}
