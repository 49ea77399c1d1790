import AssayTestSupport
import Foundation

/// One file of the repository.
struct SourceFile: Sendable {
    /// The path from the root of the repository.
    let path: String
    /// The whole text.
    let text: String
    /// A Swift file's text, taken apart.
    let parts: SwiftText

    init(path: String, text: String) {
        self.path = path
        self.text = text
        parts = SwiftText(path.hasSuffix(".swift") ? text : "")
    }

    /// The part of the path below `Sources` or `Tests` that names the target.
    var target: String? {
        let parts = path.split(separator: "/")
        guard parts.count > 2, parts[0] == "Sources" || parts[0] == "Tests" else { return nil }
        return String(parts[1])
    }

    /// The file's own name, without its ending.
    var stem: String {
        let name = path.split(separator: "/").last.map(String.init) ?? path
        return name.split(separator: ".").first.map(String.init) ?? name
    }
}

/// The files of the repository, read once.
enum SourceTree {
    /// The Swift files below `Sources` and `Tests`.
    static let swift = texts.filter {
        $0.path.hasSuffix(".swift") && $0.target != nil
    }

    /// The texts that a reader of the repository sees.
    static let texts: [SourceFile] =
        files(
            below: ["Sources", "Tests", "tools", "schemas", "docs", ".ci"],
            endings: [
                "swift", "h", "c", "modulemap", "sql", "md", "py", "sh", "json", "yaml", "html",
                "css", "js", "",
            ]) + ["Package.swift", "README.md"].compactMap { read($0) }

    private static func files(below folders: [String], endings: Set<String>) -> [SourceFile] {
        folders.flatMap { folder -> [SourceFile] in
            let walk = FileManager.default.enumerator(
                atPath: SharedFolder.packageRoot + "/" + folder)
            let names = (walk?.compactMap { $0 as? String } ?? []).sorted()
            return names.compactMap { name in
                let path = folder + "/" + name
                let isWanted = endings.contains(URL(filePath: path).pathExtension)
                // Vectors and sample logs are data, not texts of ours.
                let isData = path.contains("/made/") || path.contains("__pycache__")
                return isWanted && !isData ? read(path) : nil
            }
        }
    }

    private static func read(_ path: String) -> SourceFile? {
        let absolute = SharedFolder.packageRoot + "/" + path
        guard let bytes = FileManager.default.contents(atPath: absolute) else { return nil }
        return SourceFile(path: path, text: String(decoding: bytes, as: UTF8.self))
    }
}
