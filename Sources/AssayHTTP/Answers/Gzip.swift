import CZlib

/// Compression of answers (RFC 1952).
enum Gzip {
    /// `bytes` as one gzip member, the same for the same input; `nil` if zlib failed.
    static func compress(_ bytes: [UInt8]) -> [UInt8]? {
        let bound = assay_gzip_bound(bytes.count)
        guard bound > 0 else { return nil }
        let compressed = unsafe [UInt8](unsafeUninitializedCapacity: bound) { output, count in
            count = unsafe bytes.withUnsafeBufferPointer { input in
                unsafe assay_gzip(input.baseAddress, input.count, output.baseAddress, bound)
            }
        }
        return compressed.isEmpty ? nil : compressed
    }
}

/// What a client takes (RFC 9110 section 12.5.3), as far as it matters here.
enum AcceptEncoding {
    /// Whether `field` names gzip, or everything, with a weight above zero.
    static func allowsGzip(_ field: String?) -> Bool {
        guard let field else { return false }
        var anything = false
        for option in field.split(separator: ",") {
            let parts = option.split(separator: ";").map { $0.filter { $0 != " " && $0 != "\t" } }
            guard let coding = parts.first?.lowercased() else { continue }
            let weight = parts.dropFirst().first { $0.lowercased().hasPrefix("q=") }
            let isAllowed = weight.map { (Double($0.dropFirst(2)) ?? 0) > 0 } ?? true
            if coding == "gzip" || coding == "x-gzip" { return isAllowed }
            if coding == "*" { anything = isAllowed }
        }
        return anything
    }
}
