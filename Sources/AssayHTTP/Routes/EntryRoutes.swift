import AssayAttestation
import AssayCrypto
import AssayLog
import AssayTLog
import AssayVerification
import HTTPTypes

// What the entries say.
extension LogService {
    /// `GET /entries?…`: the entries that match, newest last.
    func entries(_ query: Query) async throws(Problem) -> Answer {
        let keys = try Self.keys(query)
        let after = try query.number("after", in: 0...UInt64.max).map { LeafIndex($0) }
        let count = try pageCount(query)
        let size = try await catalog.advance()
        // One more than wanted, to know whether there is another page.
        let found = await catalog.indexes(keys, after: after, limit: count + 1)
        let state = await ledger.state
        var elements: [JSONValue] = []
        for index in found.prefix(count) {
            elements.append(try await Catalog.summary(at: index, in: ledger, state).json)
        }
        var answer: JSONObject = JSONObject([
            .init("treeSize", .count(size.value)), .init("entries", .array(elements)),
        ])
        if found.count > count, let last = found.prefix(count).last {
            answer.append("next", .count(last.value))
        }
        return Answer(json: .object(answer))
    }

    /// How many entries the query asks for.
    func pageCount(_ query: Query) throws(Problem) -> Int {
        let limit = try query.number("limit", in: 1...UInt64(limits.pageEntriesMax))
        return limit.map { Int($0) } ?? limits.pageEntriesDefault
    }

    /// The keys that the query asks for.
    private static func keys(_ query: Query) throws(Problem) -> [IndexKey] {
        var keys: [IndexKey] = []
        for kind in [IndexKey.Kind.subject, .evaluation, .signer, .type, .about] {
            let name = Text(kind.rawValue)
            guard let value = query[name] else { continue }
            if kind.isDigest { _ = try query.digest(name) }
            if kind == .type, PredicateType(uri: value) == nil {
                let known = PredicateType.allCases.map(\.uri.string).joined(separator: ", ")
                throw Problem(.malformed, "type must be one of \(known)")
            }
            if kind == .signer, !isMemberID(value) {
                throw Problem(
                    .malformed, "signer must be a member's id: a-z, 0-9 and -, at most 32")
            }
            guard let key = IndexKey(kind, value) else {
                throw Problem(.malformed, "\(name) has no such value")
            }
            keys.append(key)
        }
        return keys
    }

    /// Whether `text` is written as member ids are (formats.md section 5).
    private static func isMemberID(_ text: Text) -> Bool {
        guard let first = text.utf8.first, first != UInt8(ascii: "-"), text.utf8.count <= 32
        else { return false }
        return text.utf8.allSatisfy {
            switch $0 {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
                UInt8(ascii: "-"):
                true
            default: false
            }
        }
    }

    /// `GET /entries/<index or leafhash>`: one entry, decoded.
    func entry(_ reference: EntryReference) async throws(Problem) -> Answer {
        let (index, bytes) = try await self.entry(reference)
        let state = await ledger.state
        let (entry, statement): (LogEntry, Statement)
        do {
            entry = try LogEntry(bytes: bytes)
            statement = try Statement(parsing: entry.envelope.payload)
        } catch {
            throw Problem(StoreFault.damaged(.entry(index.value)))
        }
        let size = try await catalog.advance()
        var references: [JSONValue] = []
        if let key = IndexKey(.about, entry.leafHash) {
            let found = await catalog.indexes(
                [key], after: nil, limit: limits.pageEntriesMax)
            for index in found {
                references.append(try await Catalog.summary(at: index, in: ledger, state).json)
            }
        }
        return Answer(
            json: [
                "index": .count(index.value),
                "leafHash": .string(entry.leafHash.hex),
                "treeSize": .count(size.value),
                "type": .string(statement.predicateType.uri),
                "signers": .array(
                    entry.envelope.signatures.map {
                        Self.signer($0.keyID, in: state.charter)
                    }),
                "referredToBy": .array(references),
                "statement": try Self.decoded(entry.envelope.payload, at: index),
                "envelope": try Self.decoded(bytes, at: index),
            ])
    }

    private static func decoded(
        _ bytes: [UInt8], at index: LeafIndex
    ) throws(Problem) -> JSONValue {
        do {
            return try StrictJSON.parse(bytes)
        } catch {
            throw Problem(StoreFault.damaged(.entry(index.value)))
        }
    }

    /// Whose key it is, and what the charter in force lets it sign.
    private static func signer(_ keyID: KeyID, in charter: Charter) -> JSONValue {
        var object = JSONObject([.init("keyid", .string(keyID.hex))])
        if charter.entryKeys.contains(where: { $0.keyID == keyID }) {
            object.append("ledger", true)
        }
        for member in charter.members {
            for key in member.keys where key.publicKey.keyID == keyID {
                object.append("member", .string(member.id))
                object.append("name", .string(member.name))
                object.append("uses", .array(key.uses.map { .string($0.rawValue) }))
            }
        }
        return .object(object)
    }

    /// `GET /entries/<…>/bundle` and `GET /charter/bundle`.
    func bundle(
        _ reference: EntryReference, _ query: Query
    ) async throws(Problem) -> Answer {
        switch query["complete"] {
        case nil, "false": break
        case "true":
            throw Problem(
                .malformed,
                "this version makes no complete bundles: leave out complete, or say false")
        default: throw Problem(.malformed, "complete must be true or false")
        }
        let (index, _) = try await entry(reference)
        let bundle = try await reading { ledger throws(StoreFault) in
            try await ledger.bundle(at: index)
        }
        guard let bundle else { throw .notFound("the log has no such entry") }
        var answer = Answer(type: Bundle.mediaType, bytes: bundle)
        answer.fields[.cacheControl] = Answer.momentary
        return answer
    }

    /// `GET /charter`: the charter in force, decoded, with what its policies withstand.
    func charter() async throws(Problem) -> Answer {
        let size = await ledger.size
        let state = await ledger.state
        let charter = state.charter
        var answer = JSONObject([
            .init("ledger", .string(state.ledger.text)),
            .init("treeSize", .count(size.value)),
            .init("voting", Self.cost(charter.voting)),
        ])
        if let quorum = charter.witnesses.quorum {
            answer.append("witnesses", Self.cost(quorum))
        }
        answer.append("charter", charter.json)
        return Answer(json: .object(answer))
    }

    private static func cost(_ quorum: Quorum) -> JSONValue {
        [
            "split": .number(JSONNumber(quorum.split)), "halt": .number(JSONNumber(quorum.halt)),
            "cheapestSplit": .array(quorum.cheapestSplit.map { .string($0) }),
        ]
    }
}
