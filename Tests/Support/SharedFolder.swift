package import AssayAttestation
import Glibc
package import Testing

/// The folder of public vectors and real evaluation logs that lies beside a working copy.
///
/// It is not part of the repository. Where it is absent the suites that need it are skipped, and
/// with `CI=true` its absence is a failure.
package enum SharedFolder {
    /// The folder's path, or `nil` where there is none.
    package static let path: String? = {
        let given = unsafe getenv("ASSAY_SHARED").map { unsafe String(cString: $0) }
        for candidate in [given, packageRoot + "/../shared"].compactMap(\.self)
        where unsafe access(candidate + "/vectors/README.md", R_OK) == 0 {
            return candidate
        }
        return nil
    }()

    /// The root of the repository.
    package static let packageRoot = #filePath.split(separator: "/").dropLast(3)
        .reduce("") { $0 + "/" + $1 }

    /// Whether suites that need the folder run: true where it is present, and true with `CI=true`,
    /// so that its absence there fails.
    package static var isExpected: Bool {
        let isCI = unsafe getenv("CI").map { unsafe String(cString: $0) } == "true"
        return isCI || path != nil
    }

    /// What to say when suites are skipped.
    package static let skipComment: Comment =
        "skipped: the shared folder of vectors and logs is absent (set ASSAY_SHARED)"

    /// The bytes of a file in the folder.
    package static func bytes(_ name: String) throws -> [UInt8] {
        let root = try #require(path, "the shared folder is absent although CI=true")
        return try readFile(root + "/" + name)
    }

    /// A JSON file in the folder.
    package static func json(_ name: String) throws -> JSONValue {
        try StrictJSON.parse(try bytes(name))
    }
}

/// The bytes of the file at `path`.
package func readFile(_ path: String) throws -> [UInt8] {
    let file = unsafe try #require(unsafe fopen(path, "rb"), "cannot open \(path)")
    defer { unsafe _ = fclose(file) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 65536)
    while true {
        let count = unsafe fread(&chunk, 1, chunk.count, file)
        if count == 0 { return bytes }
        bytes += chunk[..<count]
    }
}
