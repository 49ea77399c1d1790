import AssayAttestation
public import AssayCrypto
public import AssayTLog

/// A misdeed that a fraud proof shows, beyond doubt of whoever reads it.
///
/// Only ``FraudProof/judged()`` makes one.
public struct ShownFraud: Hashable, Sendable {
    /// What was done.
    public let kind: FraudProof.Kind
    /// The key that did it, as the proof names it.
    public let guilty: Text
    /// What was found, already escaped for display.
    public let finding: String

    init(_ kind: FraudProof.Kind, guilty: Text, _ finding: String) {
        self.kind = kind
        self.guilty = guilty
        self.finding = finding
    }
}

/// Why a fraud proof shows no fraud of the key that it accuses.
public enum FraudRejection: Error, Hashable, Sendable {
    /// The accused is not a verifier key that such an accusation can be about.
    case accused(Text)
    /// The accused key has not signed this note, or its signature does not verify.
    case notSigned(Side, NoteError)
    /// This note is not a checkpoint.
    case notACheckpoint(Side, CheckpointError)
    /// The two checkpoints are of different logs.
    case differentOrigins(Origin, Origin)
    /// The two checkpoints have different sizes, and nothing else is shown.
    case differentSizes(TreeSize, TreeSize)
    /// The two checkpoints agree.
    case sameRoot
    /// The two entries are the same.
    case sameEntry(LeafIndex)
    /// This entry is not proven to stand at the index in its tree.
    case notIncluded(Side, ProofError)
    /// The bundle does not show the log's entries as evidence needs them.
    case bundle(Rejection)
    /// Not all entries before the accused one are shown, so the charter in force is not known.
    case entriesMissing(LeafIndex)
    /// The accused key is not the log's.
    case otherLogKey(VerifierKey)
    /// The charter allows the entry.
    case allowed(LeafIndex)
    /// This cannot be judged by this version or with the library at hand.
    case undecided(Undecided)

    /// The first or the second of two.
    public enum Side: String, Hashable, Sendable {
        /// The first.
        case a
        /// The second.
        case b
    }

    /// Why nothing can be said.
    public enum Undecided: Hashable, Sendable {
        /// Index roots are not recomputed by this version.
        case indexRoots
        /// The library lacks the algorithm of the accused key.
        case algorithm(SignatureAlgorithm)
        /// The entry is one that this version cannot judge.
        case entry(LeafIndex, EntryRejection)
    }
}

extension FraudProof {
    /// What the proof shows.
    ///
    /// A signature that does not verify is never fraud: anybody can write one.
    ///
    /// - Throws: `FraudRejection`, why it shows nothing against the accused.
    public func judged() throws(FraudRejection) -> ShownFraud {
        switch evidence {
        case .forkSameSize(let notes):
            let (a, b) = try signedHeads(notes, isWitness: false)
            try Self.requireConflict(a, b)
            return show("two roots of size \(a.size.value): \(a.root) and \(b.root)")
        case .forkInclusion(let notes, let difference):
            let (a, b) = try signedHeads(notes, isWitness: false)
            try difference.requireConflict(a, b)
            return show("two entries at index \(difference.index.value)")
        case .witnessFork(let notes, let difference):
            let (a, b) = try signedHeads(notes, isWitness: true)
            if let difference {
                try difference.requireConflict(a, b)
                return show("cosigned two entries at index \(difference.index.value)")
            }
            try Self.requireConflict(a, b)
            return show("cosigned two roots of size \(a.size.value): \(a.root) and \(b.root)")
        case .unauthorisedEntry(let bundle, let entries):
            let (index, rejection) = try forbiddenEntry(in: bundle, after: entries)
            return show("signed over entry \(index.value), which the charter forbids: \(rejection)")
        case .badIndexRoot: throw .undecided(.indexRoots)
        }
    }

    private func show(_ finding: String) -> ShownFraud {
        ShownFraud(evidence.kind, guilty: accused, finding)
    }

    private func accusedKey() throws(FraudRejection) -> VerifierKey {
        do throws(VerifierKeyError) {
            return try VerifierKey(text: accused)
        } catch {
            throw .accused(accused)
        }
    }

    // MARK: Forks

    /// The heads of two checkpoints of one log, both signed by the accused key.
    ///
    /// A log signs under its origin, so that nobody can be accused by notes that only quote a name.
    private func signedHeads(
        _ notes: Notes, isWitness: Bool
    ) throws(FraudRejection) -> (TreeHead, TreeHead) {
        let key = try accusedKey()
        if isWitness, !key.type.isCosignature { throw .accused(accused) }
        if !isWitness, key.type == .ed25519Cosignature { throw .accused(accused) }
        let a = try Self.checkpoint(notes.a, .a, signedBy: key)
        let b = try Self.checkpoint(notes.b, .b, signedBy: key)
        guard a.origin == b.origin else { throw .differentOrigins(a.origin, b.origin) }
        if !isWitness, key.name.text != a.origin.text { throw .accused(accused) }
        return (a.head, b.head)
    }

    private static func checkpoint(
        _ bytes: [UInt8], _ side: FraudRejection.Side, signedBy key: VerifierKey
    ) throws(FraudRejection) -> Checkpoint {
        let note: SignedNote
        do throws(NoteError) {
            note = try SignedNote(bytes: bytes)
            _ = try note.open(with: [key])
        } catch {
            if case .algorithmUnavailable(let algorithm) = error {
                throw .undecided(.algorithm(algorithm))
            }
            throw .notSigned(side, error)
        }
        do throws(CheckpointError) {
            // An ML-DSA-44 line does not cover extension lines, and an Assay log signs none.
            let rule: Checkpoint.ExtensionLines =
                key.type == .mlDSA44Cosignature ? .refused : .allowed
            return try Checkpoint(noteText: note.text, extensionLines: rule)
        } catch {
            throw .notACheckpoint(side, error)
        }
    }

    private static func requireConflict(
        _ a: TreeHead, _ b: TreeHead
    ) throws(FraudRejection) {
        guard a.size == b.size else { throw .differentSizes(a.size, b.size) }
        guard a.root != b.root else { throw .sameRoot }
    }

    // MARK: Entries

    /// The last entry of the bundle, if the charter forbids it.
    ///
    /// - Parameter entries: all entries from 0 to that one, where the bundle does not hold them all.
    private func forbiddenEntry(
        in bundle: Bundle, after entries: [[UInt8]]?
    ) throws(FraudRejection) -> (LeafIndex, EntryRejection) {
        let key = try accusedKey()
        let (state, head) = try stateOfLog(in: bundle, key)
        guard let last = bundle.entries.last, last.index.value > 0 else {
            throw .allowed(LeafIndex(0))
        }
        if let entries {
            try Self.requirePrefix(entries, of: last, in: head.size)
        } else {
            for (position, entry) in bundle.entries.enumerated()
            where entry.index.value != UInt64(position) {
                throw FraudRejection.entriesMissing(LeafIndex(UInt64(position)))
            }
        }
        let before = (entries ?? bundle.entries.map(\.entry)).dropFirst().dropLast()
        try Self.requireUnchanged(state, by: before)
        do throws(EntryRejection) {
            _ = try state.judge(entry: last.entry, at: last.index)
        } catch {
            guard error.verdict != .undecided, !error.leavesStateOpen else {
                throw .undecided(.entry(last.index, error))
            }
            return (last.index, error)
        }
        throw .allowed(last.index)
    }

    private func stateOfLog(
        in bundle: Bundle, _ key: VerifierKey
    ) throws(FraudRejection) -> (LedgerState, TreeHead) {
        var report = Report(ledger: bundle.ledger)
        var verifier = BundleVerifier(trust: TrustInput(ledger: bundle.ledger))
        let state: LedgerState
        let head: TreeHead
        do throws(Rejection) {
            (state, head) = try verifier.signedEntries(of: bundle, &report)
        } catch {
            throw error.isAboutAlgorithms
                ? .undecided(.algorithm(key.type.algorithm)) : .bundle(error)
        }
        guard state.charter.checkpointKeys.contains(key) else { throw .otherLogKey(key) }
        return (state, head)
    }

    /// What stands before must leave the state as the genesis set it, or it is not this state that
    /// judges the accused entry.
    private static func requireUnchanged(
        _ state: LedgerState, by entries: ArraySlice<[UInt8]>
    ) throws(FraudRejection) {
        for (position, entry) in zip(entries.indices, entries) {
            let index = LeafIndex(UInt64(position))
            do throws(EntryRejection) {
                _ = try state.judge(entry: entry, at: index)
            } catch {
                if error.leavesStateOpen { throw .undecided(.entry(index, error)) }
            }
        }
    }

    /// Returns normally only if `entries` are all entries of the log up to `last` and with it.
    ///
    /// On the way from a leaf to the root, what stands to the left are the perfect subtrees of
    /// everything before the leaf, the smallest first (RFC 6962 section 2.1.1).
    private static func requirePrefix(
        _ entries: [[UInt8]], of last: Bundle.Entry, in size: TreeSize
    ) throws(FraudRejection) {
        guard UInt64(entries.count) == last.index.value + 1, entries.last == last.entry else {
            throw .entriesMissing(LeafIndex(UInt64(entries.count)))
        }
        var range = CompactRange()
        for entry in entries.dropLast() { range.append(MerkleTree.leafHash(of: entry)) }
        let toTheLeft = last.proof.leftSiblings(at: last.index, in: size)
        guard toTheLeft == range.nodes.reversed() else { throw .entriesMissing(LeafIndex(0)) }
    }
}

extension EntryRejection {
    /// Whether the entry could have changed the charter by rules that this version does not judge,
    /// or be well-formed by rules that it does not know: then nobody can be accused by it.
    fileprivate var leavesStateOpen: Bool {
        switch self {
        case .charterConflict(.changeNotSupported), .typeNotSupported: true
        case .malformed(let error): error.document != .envelope
        case .otherLedger, .signerUnknown, .keyNotInForce, .signatureInvalid,
            .algorithmUnavailable, .notEntitled, .charterConflict(.secondGenesis), .libraryFault:
            false
        }
    }
}

extension AttestationError {
    /// The document in which the error is.
    fileprivate var document: Document {
        switch self {
        case .notJSON(let document, _), .malformed(let document, _, _),
            .tooLarge(let document, _, _), .notCanonical(let document, _):
            document
        }
    }
}

extension FraudProof.Difference {
    /// Returns normally only if different entries stand at the index in the trees of two heads.
    fileprivate func requireConflict(_ a: TreeHead, _ b: TreeHead) throws(FraudRejection) {
        let leafA = MerkleTree.leafHash(of: inA.entry)
        let leafB = MerkleTree.leafHash(of: inB.entry)
        guard leafA != leafB else { throw .sameEntry(index) }
        do throws(ProofError) {
            try inA.proof.verify(leaf: leafA, at: index, in: a)
        } catch {
            throw .notIncluded(.a, error)
        }
        do throws(ProofError) {
            try inB.proof.verify(leaf: leafB, at: index, in: b)
        } catch {
            throw .notIncluded(.b, error)
        }
    }
}
