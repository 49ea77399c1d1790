import AssayAttestation
import AssayCrypto
import AssayTLog

extension Argument {
    /// Step 8, fields: every disclosure belongs to one entry; gives the statements that it opens.
    func checkDisclosures(
        of entries: [JudgedEntry], _ report: inout Report
    ) throws(Rejection) -> [LeafIndex: Statement] {
        let texts = bundle.disclosures + trust.disclosures
        guard !texts.isEmpty else { return [:] }
        var pending: [Disclosure] = []
        for (position, text) in texts.enumerated() {
            do throws(DisclosureError) {
                pending.append(try Disclosure(text))
            } catch {
                throw .disclosureMalformed(position, error)
            }
        }
        var opened: [LeafIndex: Statement] = [:]
        for entry in entries {
            let own = Self.take(from: &pending, referencedBy: entry.statement.predicateJSON)
            guard !own.isEmpty else { continue }
            do throws(DisclosureError) {
                opened[entry.index] = try entry.statement.disclosing(own)
            } catch {
                throw .disclosure(error)
            }
            report.found(
                .disclosure, "\(own.count) disclosed members belong to entry \(entry.index.value)")
        }
        if let stray = pending.first { throw .disclosure(.notReferenced(stray.digest)) }
        return opened
    }

    /// Moves out of `pending` what `document` refers to, directly or inside other disclosures.
    private static func take(
        from pending: inout [Disclosure], referencedBy document: JSONValue
    ) -> [Disclosure] {
        var digests: Set<Text> = []
        collectTexts(in: document, into: &digests)
        var taken: [Disclosure] = []
        while let position = pending.firstIndex(where: { digests.contains($0.digest) }) {
            let disclosure = pending.remove(at: position)
            collectTexts(in: disclosure.value, into: &digests)
            taken.append(disclosure)
        }
        return taken
    }

    /// All strings of a document: a superset of its digests, which is enough to tell whose a
    /// disclosure is; whether it stands where a digest may stand is judged with its document.
    private static func collectTexts(in value: JSONValue, into texts: inout Set<Text>) {
        switch value {
        case .string(let text): texts.insert(text)
        case .array(let elements):
            for element in elements { collectTexts(in: element, into: &texts) }
        case .object(let object):
            for member in object.members { collectTexts(in: member.value, into: &texts) }
        case .null, .bool, .number: break
        }
    }

    /// Step 8, samples: every opened record is one that its claim committed to.
    func checkOpenings(
        of entries: [JudgedEntry], _ opened: [LeafIndex: Statement], _ report: inout Report
    ) throws(Rejection) {
        for (position, opening) in (bundle.openings + trust.openings).enumerated() {
            do throws(OpeningRejection) {
                let record = try check(opening, among: entries, opened)
                report.found(
                    .disclosure,
                    "sample \(opening.index.value) of entry \(opening.entry.value) is as committed: "
                        + EscapedText.escape(String(decoding: record.bytes, as: UTF8.self)))
            } catch {
                throw .opening(position, error)
            }
        }
    }

    private func check(
        _ opening: Bundle.Opening, among entries: [JudgedEntry],
        _ opened: [LeafIndex: Statement]
    ) throws(OpeningRejection) -> SampleRecord {
        let statement =
            opened[opening.entry] ?? entries.first { $0.index == opening.entry }?.statement
        guard case .evaluationResult(let result) = statement?.predicate,
            let commitment = result.samples
        else { throw .noCommitment(opening.entry) }
        do throws(SampleOpeningError) {
            return try SampleOpening(
                index: opening.index, salt: opening.salt, record: opening.record,
                proof: opening.proof
            ).verified(against: commitment)
        } catch {
            throw .sample(error)
        }
    }
}
