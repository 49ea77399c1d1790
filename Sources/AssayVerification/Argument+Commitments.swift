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
        var pending: [Text: Disclosure] = [:]
        for (position, text) in texts.enumerated() {
            let disclosure: Disclosure
            do throws(DisclosureError) {
                disclosure = try Disclosure(text)
            } catch {
                throw .disclosureMalformed(position, error)
            }
            guard pending.updateValue(disclosure, forKey: disclosure.digest) == nil else {
                throw .disclosure(.givenTwice(disclosure.digest))
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
        if let stray = pending.keys.min() { throw .disclosure(.notReferenced(stray)) }
        return opened
    }

    /// Moves out of `pending` what `document` refers to, directly or inside other disclosures.
    ///
    /// Every string of a document could be a digest, which is enough to tell whose a disclosure is;
    /// whether it stands where a digest may stand is judged with its document.
    private static func take(
        from pending: inout [Text: Disclosure], referencedBy document: JSONValue
    ) -> [Disclosure] {
        var taken: [Disclosure] = []
        var documents = [document]
        while let value = documents.popLast() {
            switch value {
            case .string(let text):
                guard let disclosure = pending.removeValue(forKey: text) else { continue }
                taken.append(disclosure)
                documents.append(disclosure.value)
            case .array(let elements): documents += elements
            case .object(let object): documents += object.members.map(\.value)
            case .null, .bool, .number: continue
            }
        }
        return taken
    }

    /// Step 8, samples: every opened record is one that its claim committed to.
    func checkOpenings(
        of entries: [JudgedEntry], _ opened: [LeafIndex: Statement], _ report: inout Report
    ) throws(Rejection) {
        let statements = Dictionary(
            uniqueKeysWithValues: entries.map { ($0.index, opened[$0.index] ?? $0.statement) })
        for (position, opening) in (bundle.openings + trust.openings).enumerated() {
            do throws(OpeningRejection) {
                let record = try Self.check(opening, statements[opening.entry])
                report.found(
                    .disclosure,
                    "sample \(opening.index.value) of entry \(opening.entry.value) is as committed: "
                        + EscapedText.escape(String(decoding: record.bytes, as: UTF8.self)))
            } catch {
                throw .opening(position, error)
            }
        }
    }

    private static func check(
        _ opening: Bundle.Opening, _ statement: Statement?
    ) throws(OpeningRejection) -> SampleRecord {
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
