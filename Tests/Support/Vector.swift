package import AssayAttestation
package import AssayCrypto
package import Testing

/// A vector lacks a field, or has one of another type.
package struct MissingField: Error {
    package let name: String
}

/// Reads of fields that a vector must have; a vector without one fails its test.
package extension JSONValue {
    /// The string member called `name`.
    func string(_ name: String, _ location: SourceLocation = #_sourceLocation) throws -> Text {
        try #require(self[Text(name)]?.text, "no string \(name)", sourceLocation: location)
    }

    /// The array member called `name`.
    func list(
        _ name: String, _ location: SourceLocation = #_sourceLocation
    ) throws -> [JSONValue] {
        try #require(self[Text(name)]?.array, "no array \(name)", sourceLocation: location)
    }

    /// The array of strings called `name`.
    func strings(
        _ name: String, _ location: SourceLocation = #_sourceLocation
    ) throws -> [Text] {
        try list(name, location).map {
            try #require($0.text, "\(name) holds a non-string", sourceLocation: location)
        }
    }

    /// The whole number called `name`, written as a number or, if large, as a string.
    func count(_ name: String, _ location: SourceLocation = #_sourceLocation) throws -> UInt64 {
        let member = self[Text(name)]
        let digits = member?.text?.utf8 ?? member?.number.map { [UInt8]($0.lexeme.utf8) } ?? []
        return try #require(
            UInt64(canonicalDecimal: digits), "no count \(name)", sourceLocation: location)
    }

    /// The boolean member called `name`.
    func flag(_ name: String, _ location: SourceLocation = #_sourceLocation) throws -> Bool {
        switch self[Text(name)] {
        case .bool(let value): return value
        default: throw MissingField(name: name)
        }
    }

    /// The bytes of the hex member called `name`.
    func hex(_ name: String, _ location: SourceLocation = #_sourceLocation) throws -> [UInt8] {
        try #require(
            Hex.decode(string(name, location).utf8), "\(name) is not hex",
            sourceLocation: location)
    }

    /// The digest of the hex member called `name`.
    func digest(_ name: String, _ location: SourceLocation = #_sourceLocation) throws -> Digest {
        try #require(
            Digest(bytes: hex(name, location)), "\(name) is no digest", sourceLocation: location)
    }
}
