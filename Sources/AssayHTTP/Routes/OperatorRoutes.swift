import AssayAttestation
import AssayCrypto
import AssayLog
import AssayTLog
import AssayVerification
import HTTPTypes

// What an operator's tools and a first visitor read.
extension LogService {
    /// `GET /healthz`: the process answers.
    func alive() -> Answer { Self.plain("alive\n") }

    /// `GET /readyz`: the ledger can append, and its witnesses can cosign.
    func ready() async throws(Problem) -> Answer {
        if let cause = await ledger.stopCause {
            throw Problem(
                .notReady, "the log takes no entries: \(cause)", retryAfterSeconds: 30)
        }
        if await ledger.quorum == .outOfReach {
            throw Problem(
                .notReady,
                "too few witnesses answer to cosign entries; the log's messages name them",
                retryAfterSeconds: 30)
        }
        return Self.plain("ready\n")
    }

    /// `GET /metrics`.
    func measurements() async -> Answer {
        let now = clock.now
        let quorum = await ledger.quorum
        // Without a quorum there is nothing to meet.
        metrics.published(
            treeSize: await ledger.size, quorumMet: quorum == .met || quorum == .notAsked, at: now)
        var answer = Answer(
            type: "text/plain; version=0.0.4; charset=utf-8",
            bytes: Array(metrics.text(at: now).utf8))
        answer.fields[.cacheControl] = "no-store"
        return answer
    }

    /// `GET /`: what this is, for somebody who came with a browser.
    func startPage() async -> Answer {
        let size = await ledger.size.value
        let page = """
            <!DOCTYPE html>
            <html lang="en">
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>Assay ledger \(Self.escaped(ledger.origin.text))</title>
            <h1>An Assay ledger</h1>
            <p>This service keeps signed statements about evaluations of AI models in a log that
            only grows and that anyone can check.</p>
            <dl>
            <dt>Origin</dt><dd>\(Self.escaped(ledger.origin.text))</dd>
            <dt>Ledger identity</dt><dd><code>\(ledger.id)</code></dd>
            <dt>Entries</dt><dd>\(size)</dd>
            </dl>
            <p>Nothing on this page is proof. Take a <a href="/charter/bundle">bundle</a> and check
            it with <code>assay-verify</code> against an identity that you did not get here.</p>
            <ul>
            <li><a href="/checkpoint">the latest checkpoint</a></li>
            <li><a href="/charter">the charter in force</a></li>
            <li><a href="/entries">the entries</a></li>
            <li><a href="/metrics">measurements</a></li>
            </ul>
            </html>

            """
        var answer = Answer(type: "text/html; charset=utf-8", bytes: Array(page.utf8))
        answer.fields[.cacheControl] = Answer.momentary
        return answer
    }

    private static func plain(_ text: String) -> Answer {
        var answer = Answer(type: "text/plain; charset=utf-8", bytes: Array(text.utf8))
        answer.fields[.cacheControl] = "no-store"
        return answer
    }

    /// Text as HTML shows it.
    private static func escaped(_ text: Text) -> String {
        var escaped = ""
        for scalar in text.string.unicodeScalars {
            switch scalar {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}
