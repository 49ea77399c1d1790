import HTTPTypes

/// A request target taken apart: the path and the query, as bytes, undecoded.
struct RequestTarget: Hashable, Sendable {
    let path: [UInt8]
    let query: [UInt8]

    /// Reads the target of `head` in origin form or absolute form (RFC 9112 section 3.2).
    ///
    /// - Throws: `malformed` for another form, and for a request that names no host or two.
    init(_ head: HTTPRequest) throws(Problem) {
        // RFC 9112 section 3.2: such a request is answered 400, whatever it asks for. The first
        // Host field has become the authority; a second one is still among the fields.
        guard head.authority != nil else {
            throw Problem(.malformed, "the request must have a Host field")
        }
        guard head.headerFields[.hostField] == nil else {
            throw Problem(.malformed, "the request must have one Host field")
        }
        var target = Array((head.path ?? "").utf8)[...]
        if target.first != UInt8(ascii: "/") {
            guard
                let scheme = ["http://", "https://"].first(where: { target.starts(with: $0.utf8) })
            else {
                throw Problem(.malformed, "the request target must be a path")
            }
            target = target.dropFirst(scheme.utf8.count)
            target = target.drop { $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "?") }
            if target.first != UInt8(ascii: "/") { target = "/".utf8 + target }
        }
        let mark = target.firstIndex(of: UInt8(ascii: "?")) ?? target.endIndex
        path = Array(target[..<mark])
        query = Array(target[mark...].dropFirst())
    }
}

extension HTTPField.Name {
    static let hostField = HTTPField.Name.known("Host")
}
