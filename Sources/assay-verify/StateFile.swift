import AssayAttestation
import AssayCommand
import AssayCrypto
import AssayFiles
import AssayTLog
import AssayVerification

/// The checkpoints that an auditor has seen of one ledger, so that a fork shows.
///
///     {"checkpoints":["<signed note>", …],"ledger":"assay1:…","state":"assay/v1"}
///
/// A head that a newer one is proven to extend is forgotten; of heads without such a proof the
/// newest stay. The file is written only after every bundle was verified.
struct StateFile {
    private static let limitBytes = 64 << 20
    private static let checkpointCountMax = 64
    private static let version: Text = "assay/v1"

    private enum Member: String, MemberName { case state, ledger, checkpoints }

    private let path: String
    private let ledger: LedgerID
    private var seen: [TreeHead: [UInt8]] = [:]

    /// Reads the state at `path`; where there is no file, nothing was seen yet.
    init(path: String, ledger: LedgerID) throws(CommandFailure) {
        self.path = path
        self.ledger = ledger
        guard DurableFile.exists(path) else { return }
        let bytes: [UInt8]
        do throws(FileError) {
            bytes = try InputFile.read(path, limitBytes: Self.limitBytes)
        } catch {
            throw CommandFailure(.badTrustInput, code: "state-unreadable", error.description)
        }
        do throws(AttestationError) {
            seen = try Self.read(bytes, ledger)
        } catch {
            throw CommandFailure(
                .badTrustInput, code: "state-malformed",
                "\(path): not the state of this ledger: " + EscapedText.escape("\(error)"))
        }
    }

    private static func read(
        _ bytes: [UInt8], _ ledger: LedgerID
    ) throws(AttestationError) -> [TreeHead: [UInt8]] {
        let value: JSONValue
        do throws(JSONError) {
            value = try StrictJSON.parse(bytes)
        } catch {
            throw .notJSON(.bundle, error)
        }
        let cursor = JSONCursor(value, in: .bundle)
        try cursor.refuseUnknownMembers(besides: Member.self)
        let version = try cursor.member(Member.state)
        guard try version.text() == Self.version else {
            throw version.failure(.mismatch(expected: Self.version, found: try version.text()))
        }
        let stated: LedgerID = try cursor.required(Member.ledger)
        guard stated == ledger else {
            throw cursor.failure(
                Member.ledger, .mismatch(expected: ledger.text, found: stated.text))
        }
        var seen: [TreeHead: [UInt8]] = [:]
        for element in try cursor.member(Member.checkpoints).elements(0...checkpointCountMax) {
            let text = try element.text()
            guard let head = head(of: text.utf8) else {
                throw element.failure(.mismatch(expected: "a checkpoint note", found: text))
            }
            seen[head] = text.utf8
        }
        return seen
    }

    private static func head(of note: [UInt8]) -> TreeHead? {
        do {
            return try Checkpoint(noteText: try SignedNote(bytes: note).text).head
        } catch {
            return nil
        }
    }

    /// Compares a verified report with what was seen, and takes its checkpoint in.
    mutating func compare(_ report: inout Report) throws(CommandFailure) {
        guard report.verdict.exitStatus == 0, let head = report.head,
            let note = report.checkpointNote
        else { return }
        if let other = seen.first(where: { $0.key.size == head.size && $0.key != head }) {
            if let key = report.logKey { try writeFraudProof(other.value, note, accused: key) }
            report.refuseFork(remembered: other.key, found: head)
            return
        }
        for extended in report.extendedHeads {
            let other = seen.keys.first { $0.size == extended.size && $0 != extended }
            if let other {
                report.refuseFork(remembered: other, found: extended)
                return
            }
            seen[extended] = nil
        }
        let unrelated = seen.keys.filter { $0.size != head.size }.map(\.size.value).sorted()
        if !unrelated.isEmpty {
            report.addLimit(
                "History: nothing in the bundle relates its checkpoint to the remembered heads of "
                    + "size \(unrelated.map(String.init).joined(separator: ", ")).")
        }
        seen[head] = note
        for oldest in seen.keys.sorted(by: { $0.size < $1.size })
            .dropLast(Self.checkpointCountMax)
        {
            seen[oldest] = nil
        }
    }

    /// Writes both notes beside the state: two signed roots of one size convince anyone.
    private func writeFraudProof(
        _ first: [UInt8], _ second: [UInt8], accused: VerifierKey
    ) throws(CommandFailure) {
        let target = path + ".fraud"
        let proof = FraudProof(
            accused: accused.text, evidence: .forkSameSize(.init(a: first, b: second)))
        do throws(FileError) {
            try DurableFile.write(proof.bytes, to: target, existing: .replace)
        } catch {
            throw CommandFailure(error)
        }
        StandardError.write("assay-verify: fork; the fraud proof is in \(target)\n")
    }

    /// Writes the state whole.
    func save() throws(CommandFailure) {
        let notes = seen.sorted { $0.key.size < $1.key.size }
            .map { JSONValue.string(String(decoding: $0.value, as: UTF8.self)) }
        let value: JSONValue = [
            "checkpoints": .array(notes), "ledger": .string(ledger.text),
            "state": .string(Self.version),
        ]
        do throws(FileError) {
            try DurableFile.write(
                CompactJSON.serialize(value), to: path, existing: .replace)
        } catch {
            throw CommandFailure(error)
        }
    }
}
