public import AssayCrypto

/// What a policy finds in a checkpoint that one of its logs signed.
public struct CheckpointEvidence: Hashable, Sendable {
    /// How the witnesses' cosignatures stand to the rule.
    public enum QuorumOutcome: Hashable, Sendable {
        /// The rule is satisfied, or there is none.
        case satisfied
        /// The rule is not satisfied, but might be if this libcrypto could check the cosignatures
        /// of these witnesses.
        case undecided(unavailable: [Text])
        /// The rule is not satisfied.
        case notSatisfied
    }

    /// A witness that cosigned.
    public struct CosigningWitness: Hashable, Sendable {
        /// The name in the policy.
        public let name: Text
        /// The key.
        public let key: VerifierKey
        /// When it says it did; `nil` if it makes no statement about time.
        public let time: UnixSeconds?
    }

    /// The checkpoint.
    public let checkpoint: Checkpoint
    /// The log's keys that signed it; at least one.
    public let logKeys: [VerifierKey]
    /// The log's keys that are said to have signed with an algorithm that this libcrypto lacks.
    public let unavailableLogKeys: [VerifierKey]
    /// The witnesses that cosigned it.
    public let witnesses: [CosigningWitness]
    /// The witnesses that are said to have cosigned with an algorithm that this libcrypto lacks.
    public let unavailableWitnesses: [Text]
    /// Lines of no key of the policy.
    public let unknown: [NoteSignature]
    /// How the cosignatures stand to the rule.
    public let quorum: QuorumOutcome
    /// The smallest T such that the cosignatures with timestamps at most T satisfy the rule by
    /// themselves; `nil` if those with a timestamp do not, or there is no rule.
    public let observedBy: UnixSeconds?
}

/// Why a policy does not accept a note.
public enum PolicyRejection: Error, Hashable, Sendable {
    /// The note could not be opened with the keys of the policy.
    case note(NoteError)
    /// Its text is not a checkpoint.
    case checkpoint(CheckpointError)
    /// No key of a trusted log signed it under its origin.
    case noLogSignature(Origin)
    /// A trusted log is said to have signed it, but this libcrypto cannot check it.
    case logSignatureUnavailable(VerifierKey)
    /// The witnesses that cosigned do not satisfy the rule.
    case quorumNotMet(CheckpointEvidence)
    /// The witnesses that cosigned do not satisfy the rule, as far as this libcrypto can tell.
    case quorumUndecided(CheckpointEvidence)
}

extension CheckpointEvidence {
    /// Returns normally only if the rule of the policy is satisfied.
    ///
    /// - Throws: `quorumNotMet` or `quorumUndecided`.
    public func requireQuorum() throws(PolicyRejection) {
        switch quorum {
        case .satisfied: return
        case .undecided: throw .quorumUndecided(self)
        case .notSatisfied: throw .quorumNotMet(self)
        }
    }
}

extension TrustPolicy {
    /// Checks every signature of `note` that is by a key of this policy, and weighs them.
    ///
    /// - Parameters:
    ///   - note: The note to judge.
    ///   - extensionLines: Whether the checkpoint may have them, as other people's may.
    /// - Returns: the evidence, whatever its `quorum` says; `verify` demands a satisfied one.
    /// - Throws: `note`, `checkpoint`, `noLogSignature` or `logSignatureUnavailable`.
    public func judge(
        _ note: SignedNote, extensionLines: Checkpoint.ExtensionLines = .refused
    ) throws(PolicyRejection) -> CheckpointEvidence {
        let checkpoint: Checkpoint
        do throws(CheckpointError) {
            checkpoint = try Checkpoint(noteText: note.text, extensionLines: extensionLines)
        } catch { throw .checkpoint(error) }
        let opened: OpenedNote
        do throws(NoteError) {
            opened = try note.open(with: logs.map(\.key) + witnesses.map(\.key))
        } catch { throw .note(error) }
        return try weigh(opened, checkpoint)
    }

    /// Returns the evidence only if it satisfies the quorum.
    ///
    /// - Parameters:
    ///   - note: The note to judge.
    ///   - extensionLines: Whether the checkpoint may have them, as other people's may.
    /// - Throws: every case of `PolicyRejection`.
    public func verify(
        _ note: SignedNote, extensionLines: Checkpoint.ExtensionLines = .refused
    ) throws(PolicyRejection) -> CheckpointEvidence {
        let evidence = try judge(note, extensionLines: extensionLines)
        try evidence.requireQuorum()
        return evidence
    }

    private func weigh(
        _ opened: OpenedNote, _ checkpoint: Checkpoint
    ) throws(PolicyRejection) -> CheckpointEvidence {
        let ownKeys = Set(
            logs.map(\.key).filter { $0.name.text == checkpoint.origin.text })
        let logKeys = opened.verified.map(\.key).filter(ownKeys.contains)
        let unavailableLogKeys = opened.unavailable.filter(ownKeys.contains)
        guard !logKeys.isEmpty else {
            if let key = unavailableLogKeys.first { throw .logSignatureUnavailable(key) }
            throw .noLogSignature(checkpoint.origin)
        }
        var cosigning: [CheckpointEvidence.CosigningWitness] = []
        var unavailable: [Text] = []
        for witness in witnesses {
            if let signature = opened.verified.first(where: { $0.key == witness.key }) {
                cosigning.append(
                    .init(name: witness.name, key: witness.key, time: signature.time))
            } else if opened.unavailable.contains(witness.key) {
                unavailable.append(witness.name)
            }
        }
        let names = Set(cosigning.map(\.name))
        let outcome: CheckpointEvidence.QuorumOutcome =
            if quorum?.isSatisfied(by: names) ?? true {
                .satisfied
            } else if quorum?.isSatisfied(by: names.union(unavailable)) ?? true {
                .undecided(unavailable: unavailable)
            } else {
                .notSatisfied
            }
        let times = cosigning.compactMap { witness in witness.time.map { (witness.name, $0) } }
        return CheckpointEvidence(
            checkpoint: checkpoint, logKeys: logKeys, unavailableLogKeys: unavailableLogKeys,
            witnesses: cosigning, unavailableWitnesses: unavailable, unknown: opened.unknown,
            quorum: outcome,
            observedBy: quorum?.observed(by: Dictionary(uniqueKeysWithValues: times)))
    }
}
