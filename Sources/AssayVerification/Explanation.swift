import AssayAttestation
import AssayCrypto
import AssayTLog

/// Every hashed and every signed byte string of a bundle, as lines that another tool can recheck.
///
/// Nothing here is believed or judged; byte strings are in base64, hashes in hex.
public enum Explanation {
    /// The lines for a bundle.
    public static func lines(for bundle: Bundle) -> [String] {
        var lines: [String] = []
        let size = checkpointSize(of: bundle)
        for entry in bundle.entries { lines += explain(entry, in: size) }
        lines += explain(checkpoint: bundle.checkpoint)
        return lines
    }

    /// The size that the checkpoint's text states; zero where it has none.
    private static func checkpointSize(of bundle: Bundle) -> TreeSize {
        do {
            let note = try SignedNote(bytes: bundle.checkpoint)
            return try Checkpoint(noteText: note.text).head.size
        } catch {
            return .zero
        }
    }

    private static func explain(_ entry: Bundle.Entry, in size: TreeSize) -> [String] {
        let name = "entry \(entry.index.value)"
        let leaf = MerkleTree.leafHash(of: entry.entry)
        var lines = [
            "\(name) bytes \(Base64.encode(entry.entry))",
            "\(name) leaf hash SHA-256(00 || bytes) = \(leaf)",
        ]
        do throws(ProofError) {
            _ = try entry.proof.root(of: leaf, at: entry.index, in: size) { left, right, hash in
                lines.append("\(name) node SHA-256(01 || \(left) || \(right)) = \(hash)")
            }
        } catch {
            lines.append("\(name) has no path to a root: \(error.words)")
        }
        do throws(AttestationError) {
            let envelope = try Envelope(canonicalEntry: entry.entry)
            lines.append("\(name) signed bytes \(Base64.encode(envelope.preAuthEncoding))")
            lines += envelope.signatures.map { signature in
                "\(name) signature by keyid \(signature.keyID) \(Base64.encode(signature.bytes))"
            }
        } catch {
            lines.append("\(name) is not an envelope: \(EscapedText.escape("\(error)"))")
        }
        return lines
    }

    private static func explain(checkpoint bytes: [UInt8]) -> [String] {
        let note: SignedNote
        do throws(NoteError) {
            note = try SignedNote(bytes: bytes)
        } catch {
            return ["checkpoint is not a signed note: \(EscapedText.escape("\(error)"))"]
        }
        return ["checkpoint text \(Base64.encode(note.text.utf8))"]
            + note.signatures.map { line in
                "checkpoint line by \(EscapedText.escape(line.name.text)) \(line.keyID) "
                    + Base64.encode(line.signature)
            }
    }
}
