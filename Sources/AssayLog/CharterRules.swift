package import AssayAttestation
package import AssayTLog
package import AssayVerification

/// The rules of a ledger: an entry is an envelope that the charter in force allows.
package struct CharterRules: EntryRules {
    /// What the charter allows.
    package let state: LedgerState

    /// Creates the rules of a ledger in a state.
    package init(_ state: LedgerState) {
        self.state = state
    }

    package static func read(_ body: [UInt8]) throws(Refusal) -> Submission<Envelope> {
        do {
            let (envelope, entry) = try Envelope.submission(body)
            return Submission(entry: entry, payload: envelope.payloadDigest, content: envelope)
        } catch {
            throw Refusal(error)
        }
    }

    package func judge(
        _ submission: Submission<Envelope>, at index: LeafIndex
    ) throws(Refusal) -> Judgement<JudgedEntry> {
        let judged: JudgedEntry
        do {
            judged = try state.judge(submission.content, at: index)
        } catch {
            throw Refusal(error)
        }
        try Self.requireReferences(of: judged)
        // The state has no step but the genesis: it refuses every entry that would change it.
        return Judgement(judged: judged, changesState: false, endsBatch: false)
    }

    /// A result may refer to a registered protocol.
    ///
    /// The state takes no entries of that type, so none can be on record.
    private static func requireReferences(of judged: JudgedEntry) throws(Refusal) {
        guard case .evaluationResult(let result) = judged.statement.predicate,
            let reference = result.protocolEntry
        else { return }
        throw .referenceUnknown(
            "/predicate/protocol: no registered protocol has the leaf hash \(reference); a result "
                + "without one has null there")
    }

    package mutating func apply(
        _: JudgedEntry, of _: Submission<Envelope>, at _: LeafIndex
    ) {
        preconditionFailure("no entry after the genesis changes the state")
    }
}

extension Refusal {
    /// The answer to a body that is not an envelope.
    init(_ error: AttestationError) {
        switch error {
        case .tooLarge: self = .tooLarge(error.description)
        case .notJSON, .malformed, .notCanonical: self = .malformed(error.description)
        }
    }

    /// The answer to an entry that the charter does not allow.
    init(_ rejection: EntryRejection) {
        let detail = rejection.description
        switch rejection {
        case .malformed(.tooLarge): self = .tooLarge(detail)
        case .malformed, .otherLedger, .typeNotSupported: self = .malformed(detail)
        case .signerUnknown: self = .signerUnknown(detail)
        case .keyNotInForce: self = .keyNotInForce(detail)
        case .signatureInvalid: self = .signatureInvalid(detail)
        case .algorithmUnavailable, .libraryFault: self = .algorithmUnavailable(detail)
        case .notEntitled: self = .notEntitled(detail)
        case .charterConflict: self = .charterConflict(detail)
        }
    }
}
