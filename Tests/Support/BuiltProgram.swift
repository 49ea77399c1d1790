import Glibc

/// The programs that were built together with the tests.
package enum BuiltProgram {
    /// The path of the program called `name`.
    package static func path(_ name: String) -> String { folder + "/" + name }

    /// The folder of the test bundle, which the test runner was given; by default that of a debug
    /// build.
    private static let folder: String = {
        let bundle = CommandLine.arguments.first { $0.hasSuffix(".xctest") }
        guard let bundle, let slash = bundle.lastIndex(of: "/") else {
            return SharedFolder.packageRoot + "/.build/debug"
        }
        return String(bundle[..<slash])
    }()
}
