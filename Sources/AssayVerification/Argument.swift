import AssayAttestation
import AssayCrypto
import AssayTLog

/// Steps 6 to 9 of formats.md section 9, over a bundle whose entries are known to be in the log.
///
/// Everything that is looked up often is indexed first: a bundle of the largest size must not take
/// time of the order of its square.
struct Argument {
    let trust: TrustInput
    let bundle: Bundle
    let state: LedgerState
    let checkpoint: JudgedCheckpoint
    /// The role of each entry of the bundle.
    let roles: [LeafIndex: Bundle.Role]
    /// The leaf hashes of the bundle's entries.
    let leafHashes: Set<Digest>

    init(
        trust: TrustInput, bundle: Bundle, state: LedgerState, checkpoint: JudgedCheckpoint
    ) {
        self.trust = trust
        self.bundle = bundle
        self.state = state
        self.checkpoint = checkpoint
        roles = Dictionary(uniqueKeysWithValues: bundle.entries.map { ($0.index, $0.role) })
        leafHashes = Set(bundle.entries.map { MerkleTree.leafHash(of: $0.entry) })
    }

    /// Judges what is left and sets the verdict.
    func complete(_ report: inout Report) {
        let entries = judgeEntries(&report)
        let proven = checkLookups(among: entries, &report)
        let opened = checkCommitments(of: entries, &report)
        checkPins(&report)
        checkRequirements(entries, isComplete: proven, &report)
        guard !report.hasReason else {
            report.notShown = []
            return
        }
        report.claims = entries.filter { roles[$0.index] == .claim }.map { entry in
            VerifiedClaim(entry, statement: opened[entry.index] ?? entry.statement)
        }
        report.verdict = proven ? .verified : .verifiedAsShown
        report.notShown += limits(isComplete: proven)
    }

    /// Step 6: signatures, rights and form of each entry after the genesis.
    private func judgeEntries(_ report: inout Report) -> [JudgedEntry] {
        var judged: [JudgedEntry] = []
        for entry in bundle.entries.dropFirst() {
            do throws(Rejection) {
                judged.append(try judge(entry, &report))
            } catch {
                report.reject(error)
            }
        }
        return judged
    }

    private func judge(
        _ entry: Bundle.Entry, _ report: inout Report
    ) throws(Rejection) -> JudgedEntry {
        let judged: JudgedEntry
        do throws(EntryRejection) {
            judged = try state.judge(entry: entry.entry, at: entry.index)
        } catch {
            throw .entry(entry.index, error)
        }
        let type = judged.statement.predicateType
        let isIndexRoot = type == .indexRoot
        guard entry.role != .charter, isIndexRoot == (entry.role == .indexRoot) else {
            throw .role(entry.index, entry.role, type: type.uri)
        }
        let signers = judged.envelope.signatures.map(\.keyID.hex).joined(separator: ", ")
        report.found(
            .entry,
            "entry \(entry.index.value): \(EscapedText.escape(type.name)) signed by "
                + "\(judged.member.map(EscapedText.escape) ?? "the ledger") (keyid \(signers))")
        return judged
    }

    /// Step 8: disclosures and openings match what the entries committed to; gives the statements
    /// with what was disclosed.
    private func checkCommitments(
        of entries: [JudgedEntry], _ report: inout Report
    ) -> [LeafIndex: Statement] {
        do throws(Rejection) {
            let opened = try checkDisclosures(of: entries, &report)
            try checkOpenings(of: entries, opened, &report)
            return opened
        } catch {
            report.reject(error)
            return [:]
        }
    }

    /// Earlier heads: each pin holds, and the head that the caller trusts is among them.
    private func checkPins(_ report: inout Report) {
        do throws(Rejection) {
            for (position, pin) in bundle.pins.enumerated() {
                try check(pin, at: position)
                report.extendedHeads.append(pin.head)
                report.found(.pin, "the log extends its head of size \(pin.head.size.value)")
            }
            guard let trusted = trust.pin else { return }
            if trusted.size == checkpoint.head.size, trusted.root != checkpoint.head.root {
                throw .fork(trusted: trusted, found: checkpoint.head)
            }
            guard trusted == checkpoint.head || bundle.pins.contains(where: { $0.head == trusted })
            else { throw .pinMissing(trusted) }
            report.found(
                .pin, "the log extends the trusted head of size \(trusted.size.value)")
        } catch {
            report.reject(error)
        }
    }

    private func check(_ pin: Bundle.Pin, at position: Int) throws(Rejection) {
        do throws(ProofError) {
            try pin.proof.verify(from: pin.head, to: checkpoint.head)
        } catch {
            throw .pin(position, error)
        }
    }
}

extension VerifiedClaim {
    fileprivate init(_ entry: JudgedEntry, statement: Statement) {
        index = entry.index
        leafHash = MerkleTree.leafHash(of: entry.envelope.canonicalEntry)
        type = entry.statement.predicateType.uri
        member = entry.member
        self.statement = statement
    }
}
