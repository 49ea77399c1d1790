public import AssayAttestation
public import AssayCrypto
public import AssayTLog

/// What a ledger's charter allows at one index: the state by which the entry there is judged.
///
/// It is the fold of the charter entries before that index (formats.md section 5), and used alike by
/// admission, by replaying witnesses and by the verifier. In this version the fold has one step, the
/// genesis; entries that would change the charter are refused.
public struct LedgerState: Hashable, Sendable {
    /// The ledger's identity.
    public let ledger: LedgerID
    /// The charter in force.
    public let charter: Charter
    /// The log's keys and the witness policy in force.
    public let policy: TrustPolicy

    private let holders: [KeyID: Holder]

    /// Whose a key is, and what it may sign.
    private enum Holder: Hashable, Sendable {
        case member(position: Int, PublicKey, uses: [KeyUse])
        case ledger(PublicKey)

        var publicKey: PublicKey {
            switch self {
            case .member(_, let key, _), .ledger(let key): key
            }
        }
    }

    /// The state after entry 0, if that is a valid genesis charter: well-formed, and signed by
    /// every key that it lists and by no other.
    public init(genesis entry: LogEntry) throws(CharterRejection) {
        let charter = try Self.charter(in: entry.envelope)
        try self.init(charter, of: LedgerID(entry.leafHash))
        try requirePossession(entry.envelope)
    }

    /// Reads the charter of a draft or envelope and checks all but its signatures.
    ///
    /// - Throws: every case of `CharterRejection` but those about signatures.
    public static func checkDraft(payload: [UInt8]) throws(CharterRejection) -> Charter {
        let charter = try charter(inPayload: payload)
        _ = try LedgerState(charter, of: LedgerID(.zero))
        return charter
    }

    private init(_ charter: Charter, of ledger: LedgerID) throws(CharterRejection) {
        self.ledger = ledger
        self.charter = charter
        do throws(PolicyError) {
            policy = try charter.witnesses.trusting(
                logs: charter.checkpointKeys.map { TrustPolicy.Log(key: $0) })
        } catch {
            throw .conflictingKeys(error)
        }
        var holders: [KeyID: Holder] = [:]
        for key in charter.entryKeys { holders[key.keyID] = .ledger(key) }
        for (position, member) in charter.members.enumerated() {
            for key in member.keys {
                holders[key.publicKey.keyID] = .member(
                    position: position, key.publicKey, uses: key.uses)
            }
        }
        self.holders = holders
    }

    /// The member whose key in force `keyID` names; `nil` for the ledger's keys and unknown ones.
    public func member(holding keyID: KeyID) -> Text? {
        guard case .member(let position, _, _) = holders[keyID] else { return nil }
        return charter.members[position].id
    }

    private static func charter(in envelope: Envelope) throws(CharterRejection) -> Charter {
        try charter(inPayload: envelope.payload)
    }

    private static func charter(inPayload payload: [UInt8]) throws(CharterRejection) -> Charter {
        let statement: Statement
        do throws(AttestationError) {
            statement = try Statement(parsing: payload)
        } catch {
            throw .malformed(error)
        }
        guard case .charter(let charter) = statement.predicate else {
            throw .notACharter(type: statement.predicateType.uri)
        }
        guard charter.isGenesis else { throw .notGenesis(version: charter.version) }
        return charter
    }

    /// The keys that must sign the genesis: all that it lists but the checkpoint keys, which prove
    /// themselves on the first checkpoint.
    public static func signersRequired(by charter: Charter) -> [PublicKey] {
        charter.entryKeys + charter.members.flatMap { $0.keys.map(\.publicKey) }
    }

    private func requirePossession(_ envelope: Envelope) throws(CharterRejection) {
        let signed = Set(envelope.signatures.map(\.keyID))
        let missing = Self.signersRequired(by: charter).map(\.keyID).filter {
            !signed.contains($0)
        }
        guard missing.isEmpty else { throw .missingSignatures(missing) }
        let message = envelope.preAuthEncoding
        for signature in envelope.signatures {
            guard let holder = holders[signature.keyID] else {
                throw .signerUnknown(signature.keyID)
            }
            do throws(SignatureError) {
                try holder.publicKey.verify(signature.bytes, over: message)
            } catch {
                switch error {
                case .invalid: throw .signatureInvalid(signature.keyID)
                case .algorithmUnavailable(let algorithm):
                    throw .algorithmUnavailable(signature.keyID, algorithm)
                case .libraryFault: throw .libraryFault
                }
            }
        }
    }
}

// MARK: Entries

extension LedgerState {
    /// Judges the logged bytes at `index`: form, ledger, rights, signatures.
    public func judge(
        entry bytes: [UInt8], at index: LeafIndex
    ) throws(EntryRejection) -> JudgedEntry {
        let envelope: Envelope
        do throws(AttestationError) {
            envelope = try Envelope(canonicalEntry: bytes)
        } catch {
            throw .malformed(error)
        }
        return try judge(envelope, at: index)
    }

    /// Judges an entry that stands, or asks to stand, at `index`: form, ledger, rights, signatures.
    ///
    /// Cheap checks come first, so that nobody can make a server verify signatures for nothing.
    public func judge(
        _ envelope: Envelope, at index: LeafIndex
    ) throws(EntryRejection) -> JudgedEntry {
        let statement: Statement
        do throws(AttestationError) {
            statement = try Statement(parsing: envelope.payload)
        } catch {
            throw .malformed(error)
        }
        if let named = statement.ledger, named != ledger { throw .otherLedger(found: named) }
        let signers = try entitledSigners(of: envelope, statement, at: index)
        try verifySignatures(of: envelope)
        return JudgedEntry(
            index: index, envelope: envelope, statement: statement, signers: signers)
    }

    private func entitledSigners(
        of envelope: Envelope, _ statement: Statement, at index: LeafIndex
    ) throws(EntryRejection) -> JudgedEntry.Signers {
        // This is told first: an amendment may be signed by keys that it admits itself, which says
        // nothing against it.
        try refuseCharterChange(statement)
        for signature in envelope.signatures where holders[signature.keyID] == nil {
            throw EntryRejection.signerUnknown(signature.keyID)
        }
        switch statement.predicate {
        case .indexRoot(let root):
            guard root.size.value <= index.value else {
                throw .notEntitled(
                    .indexRootAhead(size: root.size.value, index: index.value))
            }
            for signature in envelope.signatures {
                guard case .ledger = holders[signature.keyID] else {
                    throw EntryRejection.notEntitled(
                        .wrongSigner(signature.keyID, type: statement.predicateType.uri))
                }
            }
            return .ledger
        case .evaluationResult: return try attestingMember(of: envelope, statement)
        case .charter, .memberKeys, .correction, .other:
            throw .typeNotSupported(statement.predicateType.uri)
        }
    }

    private func refuseCharterChange(_ statement: Statement) throws(EntryRejection) {
        switch statement.predicate {
        case .charter(let charter) where charter.isGenesis: throw .charterConflict(.secondGenesis)
        case .charter, .memberKeys:
            throw .charterConflict(.changeNotSupported(type: statement.predicateType.uri))
        case .indexRoot, .evaluationResult, .correction, .other: return
        }
    }

    /// The one member all of whose signing keys may attest, with as many signatures as asked.
    private func attestingMember(
        of envelope: Envelope, _ statement: Statement
    ) throws(EntryRejection) -> JudgedEntry.Signers {
        var signer: Int?
        var algorithms: Set<SignatureAlgorithm> = []
        for signature in envelope.signatures {
            guard case .member(let position, let key, let uses) = holders[signature.keyID] else {
                throw .notEntitled(
                    .wrongSigner(signature.keyID, type: statement.predicateType.uri))
            }
            if let first = signer, first != position {
                throw .notEntitled(
                    .severalMembers(charter.members[first].id, charter.members[position].id))
            }
            guard uses.contains(.attest) else {
                throw .notEntitled(.keyLacksUse(signature.keyID, .attest))
            }
            signer = position
            algorithms.insert(key.algorithm)
        }
        guard let signer else { preconditionFailure("an envelope has at least one signature") }
        let member = charter.members[signer]
        guard algorithms.count >= member.signaturesPerEntry else {
            throw .notEntitled(
                .tooFewSignatures(
                    member: member.id, actual: algorithms.count,
                    required: Int(member.signaturesPerEntry)))
        }
        return .member(member.id)
    }

    private func verifySignatures(of envelope: Envelope) throws(EntryRejection) {
        let message = envelope.preAuthEncoding
        for signature in envelope.signatures {
            guard let key = holders[signature.keyID]?.publicKey else {
                throw EntryRejection.signerUnknown(signature.keyID)
            }
            do throws(SignatureError) {
                try key.verify(signature.bytes, over: message)
            } catch {
                switch error {
                case .invalid: throw EntryRejection.signatureInvalid(signature.keyID)
                case .algorithmUnavailable(let algorithm):
                    throw EntryRejection.algorithmUnavailable(signature.keyID, algorithm)
                case .libraryFault: throw EntryRejection.libraryFault
                }
            }
        }
    }
}

// MARK: Checkpoints

extension LedgerState {
    /// Judges a checkpoint whose last entry this state judged.
    ///
    /// Lines by keys that the charter does not know, and lines in another order than the one that
    /// formats.md section 9 gives, are refused: a checkpoint has one representation.
    ///
    /// - Parameter requiresQuorum: whether the witness policy must be satisfied; false only where the
    ///   log's own signature is in question.
    public func judge(
        checkpoint bytes: [UInt8], requiresQuorum: Bool = true
    ) throws(CheckpointRejection) -> JudgedCheckpoint {
        let note: SignedNote
        do throws(NoteError) {
            note = try SignedNote(bytes: bytes)
        } catch {
            throw .note(error)
        }
        let evidence: CheckpointEvidence
        do throws(PolicyRejection) {
            evidence = try policy.judge(note)
        } catch {
            switch error {
            case .logSignatureUnavailable, .note(.algorithmUnavailable):
                // Nothing that could not be checked can stand in for the Ed25519 line.
                throw .notSignedByEd25519
            default: throw .policy(error)
            }
        }
        guard evidence.checkpoint.origin == charter.origin else {
            throw .otherOrigin(evidence.checkpoint.origin)
        }
        guard evidence.logKeys.contains(where: { $0.type == .ed25519 }) else {
            throw .notSignedByEd25519
        }
        if let line = evidence.unknown.first { throw .unknownLine(line.name, line.keyID) }
        guard note.signatures == arranged(note.signatures) else { throw .linesOutOfOrder }
        switch evidence.quorum {
        case _ where !requiresQuorum: break
        case .satisfied: break
        case .undecided: throw .policy(.quorumUndecided(evidence))
        case .notSatisfied: throw .policy(.quorumNotMet(evidence))
        }
        let cosigners = Set(evidence.witnesses.map(\.name))
        return JudgedCheckpoint(
            note: note, evidence: evidence,
            isAudited: charter.auditing.map { $0.isSatisfied(by: cosigners) } ?? false)
    }

    /// The lines by keys of the charter in their one order; other lines are dropped.
    ///
    /// First come the log's keys as the charter lists them, then cosignatures by name and key ID,
    /// each key once.
    public func arranged(_ lines: [NoteSignature]) -> [NoteSignature] {
        func line(by key: VerifierKey) -> NoteSignature? {
            lines.first { $0.name == key.name && $0.keyID == key.id }
        }
        let witnessKeys = policy.witnesses.map(\.key).sorted {
            $0.name == $1.name ? $0.id < $1.id : $0.name < $1.name
        }
        return (policy.logs.map(\.key) + witnessKeys).compactMap(line(by:))
    }
}
