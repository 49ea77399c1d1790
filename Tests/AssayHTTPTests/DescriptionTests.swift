import AssayTestSupport
import HTTPTypes
import Testing

@testable import AssayHTTP

/// schemas/openapi.yaml names what the server has, and nothing else.
///
/// `tools/check-openapi` holds the answers of a running server against it.
@Suite struct DescriptionTests {
    private let lines: [String]

    init() throws {
        let bytes = try readFile(SharedFolder.packageRoot + "/schemas/openapi.yaml")
        lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
    }

    /// The keys that stand two columns deeper than `parent`, in order.
    private func keys(under parent: String, depth: Int) -> [String] {
        let indent = String(repeating: " ", count: depth)
        return lines.drop { $0 != parent }.dropFirst()
            .prefix { $0.hasPrefix(indent) }
            .filter { !$0.dropFirst(depth).hasPrefix(" ") && $0.hasSuffix(":") }
            .map { String($0.dropFirst(depth).dropLast()) }
    }

    @Test func namesEveryRouteAndItsMethods() throws {
        let examples = [
            "/tile/{level}/{index}": "/tile/0/000",
            "/tile/{level}/{index}.p/{width}": "/tile/0/000.p/1",
            "/tile/entries/{index}": "/tile/entries/000",
            "/tile/entries/{index}.p/{width}": "/tile/entries/000.p/1",
            "/entries/{reference}": "/entries/5",
            "/entries/{reference}/bundle": "/entries/5/bundle",
        ]
        let paths = keys(under: "paths:", depth: 2)
        #expect(paths.count == 15)
        var templates: Set<String> = []
        for path in paths {
            let route = try #require(
                Route(path: (examples[path] ?? path).utf8), "\(path)")
            templates.insert(route.template)
            let described = keys(under: "  \(path):", depth: 4)
                .filter { ["get", "post", "put", "delete", "patch", "head"].contains($0) }
            let methods = route.methods.filter { $0 != .head }.map { $0.rawValue.lowercased() }
            #expect(Set(described) == Set(methods), "\(path)")
        }
        #expect(templates.count == 12)
    }

    @Test func namesEveryProblemCode() throws {
        let list = lines.drop { $0 != "    Problem:" }.dropFirst()
            .drop { $0 != "    Problem:" }
            .drop { !$0.hasSuffix("enum:") }.dropFirst()
            .prefix { $0.contains("- ") }
            .map { String($0.drop { $0 == " " || $0 == "-" }) }
        #expect(Set(list) == Set(ProblemCode.allCases.map(\.rawValue)))
        #expect(list.count == ProblemCode.allCases.count)
    }
}
