import AssayAttestation
import AssayCrypto
import AssayTLog

/// Judges bundles from the identity of a ledger alone: the nine steps of formats.md section 9.
///
/// The steps up to inclusion stop at the first failure, since nothing after it would mean anything;
/// the later ones go on, so that a report names everything that is wrong. A verifier remembers the
/// genesis and the checkpoints that it found good, so that bundles which share them cost little.
public struct BundleVerifier {
    private let trust: TrustInput
    private var genesis: LedgerState?
    private var checkpoints: [[UInt8]: JudgedCheckpoint] = [:]

    /// Creates a verifier for one trust input.
    public init(trust: TrustInput) {
        self.trust = trust
    }

    /// Judges the bundle that `bytes` are.
    public mutating func report(on bytes: [UInt8]) -> Report {
        var report = Report(ledger: trust.ledger)
        do throws(Rejection) {
            let bundle = try parse(bytes, &report)
            let state = try replayCharter(of: bundle, &report)
            let checkpoint = try judgeCheckpoint(of: bundle, by: state, &report)
            try checkInclusion(of: bundle, in: checkpoint, &report)
            let argument = Argument(
                trust: trust, bundle: bundle, state: state, checkpoint: checkpoint)
            argument.complete(&report)
        } catch {
            report.reject(error)
        }
        return report
    }

    /// Steps 2 to 5 for evidence against the log itself: the state that judges the entries of a
    /// bundle, once they are shown to be in a tree that the log signed.
    ///
    /// Whether witnesses cosigned does not matter: the log answers for its own signature.
    mutating func signedEntries(
        of bundle: Bundle, _ report: inout Report
    ) throws(Rejection) -> (LedgerState, TreeHead) {
        let state = try replayCharter(of: bundle, &report)
        let judged: JudgedCheckpoint
        do throws(CheckpointRejection) {
            judged = try state.judge(checkpoint: bundle.checkpoint, requiresQuorum: false)
        } catch {
            throw .checkpoint(error)
        }
        try checkInclusion(of: bundle, in: judged, &report)
        return (state, judged.head)
    }

    /// Step 1: the bytes are the one representation of a bundle.
    private func parse(
        _ bytes: [UInt8], _ report: inout Report
    ) throws(Rejection) -> Bundle {
        do throws(AttestationError) {
            let bundle = try Bundle(parsing: bytes)
            let count = bundle.entries.count
            report.found(
                .format,
                "a bundle of \(count) \(count == 1 ? "entry" : "entries"), "
                    + "\(bytes.count) bytes, in its one representation")
            return bundle
        } catch {
            throw .format(error)
        }
    }

    /// Steps 2 and 3: entry 0 is the trusted ledger, and its charter is good.
    private mutating func replayCharter(
        of bundle: Bundle, _ report: inout Report
    ) throws(Rejection) -> LedgerState {
        guard let first = bundle.entries.first, first.index == LeafIndex(0) else {
            throw .noGenesis
        }
        let identity = LedgerID(MerkleTree.leafHash(of: first.entry))
        guard identity == trust.ledger else { throw .otherLedger(found: identity) }
        guard bundle.ledger == identity else { throw .statedLedger(bundle.ledger) }
        guard first.role == .charter else {
            throw .role(first.index, first.role, type: PredicateType.charter.uri)
        }
        let state: LedgerState
        if let known = genesis {
            state = known
        } else {
            state = try genesisState(first.entry)
            genesis = state
        }
        report.found(
            .ledger, "\(identity), origin \(EscapedText.escape(state.charter.origin.text))")
        if let handover = bundle.handovers.first { throw .handover(handover.index) }
        let members = state.charter.members
        report.found(
            .charter,
            "version \(state.charter.version), signed by all "
                + "\(LedgerState.signersRequired(by: state.charter).count) listed keys; members "
                + members.map { EscapedText.escape($0.id) }.joined(separator: ", "))
        return state
    }

    private func genesisState(_ entry: [UInt8]) throws(Rejection) -> LedgerState {
        let logEntry: LogEntry
        do throws(AttestationError) {
            logEntry = try LogEntry(bytes: entry)
        } catch {
            throw .charter(.malformed(error))
        }
        do throws(CharterRejection) {
            return try LedgerState(genesis: logEntry)
        } catch {
            throw .charter(error)
        }
    }

    /// Step 4: the checkpoint is signed and cosigned as the charter asks.
    private mutating func judgeCheckpoint(
        of bundle: Bundle, by state: LedgerState, _ report: inout Report
    ) throws(Rejection) -> JudgedCheckpoint {
        let judged: JudgedCheckpoint
        if let known = checkpoints[bundle.checkpoint] {
            judged = known
        } else {
            do throws(CheckpointRejection) {
                judged = try state.judge(checkpoint: bundle.checkpoint)
            } catch {
                throw .checkpoint(error)
            }
            checkpoints[bundle.checkpoint] = judged
        }
        report.found(judged, state)
        return judged
    }

    /// Step 5: each entry stands at its index.
    private func checkInclusion(
        of bundle: Bundle, in checkpoint: JudgedCheckpoint, _ report: inout Report
    ) throws(Rejection) {
        for entry in bundle.entries {
            do throws(ProofError) {
                try entry.proof.verify(
                    leaf: MerkleTree.leafHash(of: entry.entry), at: entry.index,
                    in: checkpoint.head)
            } catch {
                throw .inclusion(entry.index, error)
            }
        }
        report.found(
            .inclusion,
            bundle.entries.count == 1
                ? "entry 0 stands at its index"
                : "entries \(bundle.entries.map { String($0.index.value) }.joined(separator: ", "))"
                    + " stand at their indexes")
    }
}

extension Report {
    /// Adds what was found in the checkpoint.
    mutating func found(_ judged: JudgedCheckpoint, _ state: LedgerState) {
        head = judged.head
        checkpointNote = judged.note.bytes
        let evidence = judged.evidence
        logKey = evidence.logKeys.first { $0.type == .ed25519 }
        let keys = evidence.logKeys.map { "\($0.type.algorithm.rawValue) key \($0.id)" }
        found(
            .checkpoint,
            "size \(judged.head.size.value), root \(judged.head.root.base64), signed "
                + "by the log's \(keys.joined(separator: " and "))")
        for key in evidence.unavailableLogKeys {
            notShown.append(
                "The log's \(key.type.algorithm.rawValue) signature was not checked: the "
                    + "cryptographic library at hand lacks the algorithm.")
        }
        guard let quorum = state.policy.quorum else {
            quorumBound = QuorumBound(split: 0, halt: 0, cheapestSplit: [])
            found(.checkpoint, "the charter asks for no witnesses")
            return
        }
        quorumBound = QuorumBound(
            split: quorum.split, halt: quorum.halt, cheapestSplit: quorum.cheapestSplit)
        observedBy = evidence.observedBy?.value
        let names = evidence.witnesses.map { EscapedText.escape($0.name) }
        found(
            .checkpoint,
            "cosigned by \(names.joined(separator: ", ")), which satisfies the "
                + "charter's witness policy"
                + (observedBy.map { "; observed by \(UTCTime.text(of: $0))" } ?? ""))
    }
}
