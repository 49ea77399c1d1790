import AssayAttestation
import AssayCommand
import AssayCrypto
import AssayVerification

/// Disclosures and opened samples that came beside a bundle, in a JSON file of their own.
enum Supplement {
    private static let limitBytes = 64 << 20

    private enum Member: String, MemberName { case disclosures, openings }

    /// The disclosures in the file at `path`.
    static func disclosures(in path: String) throws(CommandFailure) -> [Text] {
        try list(.disclosures, in: path)
    }

    /// The opened samples in the file at `path`.
    static func openings(in path: String) throws(CommandFailure) -> [Bundle.Opening] {
        try list(.openings, in: path)
    }

    /// An array, or the member of an object that is one.
    private static func list<Element: JSONConvertible>(
        _ member: Member, in path: String
    ) throws(CommandFailure) -> [Element] {
        let bytes = try TrustOptions.read(path, limitBytes: limitBytes)
        do throws(AttestationError) {
            return try read(member, from: bytes)
        } catch {
            throw CommandFailure(
                .malformed, code: "malformed", "\(path): " + EscapedText.escape("\(error)"))
        }
    }

    private static func read<Element: JSONConvertible>(
        _ member: Member, from bytes: [UInt8]
    ) throws(AttestationError) -> [Element] {
        let value: JSONValue
        do throws(JSONError) {
            value = try StrictJSON.parse(bytes)
        } catch {
            throw .notJSON(.disclosure, error)
        }
        let cursor = JSONCursor(value, in: .disclosure)
        return value.array == nil
            ? try cursor.required(member) : try [Element](reading: cursor)
    }
}
