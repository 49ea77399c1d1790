import AssayAttestation
import AssayCommand
import AssayCrypto
import AssayFiles
import AssayLog
import AssayStore
import AssayTLog
import AssayWitness
import Glibc

/// Opens stores as the serving programs do and says what is in them, many in one process.
///
/// Each line of standard input is answered by one line, `good …` or `bad WORDS`:
///
/// - `log STORE KEY ENTRY-KEY RECORD BODY`: is opened to sign over it, takes the envelope in the
///   file BODY, and is checked whole; the answer has the leaf hashes of all entries.
/// - `witness STORE ORIGIN`: the answer has the size and root that were cosigned last.
@main
enum StoreJudge {
    static func main() async {
        while let line = readLine() {
            let words = line.split(separator: " ").map(String.init)
            var answer: String
            do {
                switch words.first {
                case "log" where words.count == 6: answer = "good " + (try await log(words))
                case "witness" where words.count == 3:
                    answer = "good " + (try await witness(words))
                default: answer = "bad question"
                }
            } catch {
                answer = "bad \(error)".replacing("\n", with: " ")
            }
            do {
                try Output.write(answer + "\n")
            } catch {
                exit(ExitStatus.cannot.rawValue)
            }
        }
    }

    private static func log(_ words: [String]) async throws -> String {
        let opened = try SQLiteLogStore(path: words[1])
        let store = opened.remembering(
            in: try await LastSignedFile(path: words[4], store: opened))
        let ledger = try await Ledger(
            store: store, stated: store.ledger, checkpointKeys: [KeyFile.readPrivate(words[2])],
            entryKey: KeyFile.readPrivate(words[3]))
        _ = try await ledger.submit(
            InputFile.read(words[5], limitBytes: 1 << 20), wait: .signed)
        let reader = try SQLiteLogReader(path: words[1], view: .snapshot)
        let summary = try await LogCheck(reader, stated: reader.ledger).run()
        try await reader.checkDatabase()
        return try await reader.entries(0..<summary.head.size.value)
            .map { MerkleTree.leafHash(of: $0).hex }.joined(separator: " ")
    }

    private static func witness(_ words: [String]) async throws -> String {
        let store = try SQLiteTreeHeadStore(path: words[1])
        guard let origin = Origin(Text(words[2])), let record = try await store.record(of: origin)
        else { return "unknown" }
        guard let latest = record.latest else { return "0" }
        return "\(latest.head.size.value) \(latest.head.root.base64)"
    }
}
