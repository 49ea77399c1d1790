import AssayAttestation
import AssayCrypto
import AssayTLog

extension Argument {
    /// What the caller asked for beside the charter's own rules.
    func checkRequirements(
        _ entries: [JudgedEntry], isComplete: Bool, _ report: inout Report
    ) {
        let claims = entries.filter { roles[$0.index] == .claim }
        for requirement in failedRequirements(of: claims, isComplete: isComplete) {
            report.reject(.requirement(requirement))
        }
        guard !report.hasReason else { return }
        if let signer = trust.signer {
            report.found(.requirement, "signed by \(EscapedText.escape(signer)), as asked")
        }
        if let type = trust.type {
            report.found(.requirement, "of type \(EscapedText.escape(type)), as asked")
        }
        if let artifact = trust.artifact {
            report.found(.requirement, "the file with SHA-256 \(artifact) is named by a claim")
        }
        if trust.policy != nil {
            report.found(.requirement, "the auditor's own policy accepts the checkpoint")
        }
    }

    private func failedRequirements(
        of claims: [JudgedEntry], isComplete: Bool
    ) -> [Rejection.Requirement] {
        var failed: [Rejection.Requirement] = []
        if trust.requiresCompleteness, !isComplete { failed.append(.complete) }
        if claims.isEmpty, trust.signer != nil || trust.type != nil || trust.artifact != nil {
            failed.append(.claim)
        }
        for claim in claims {
            if let signer = trust.signer, claim.member != signer {
                failed.append(.signer(claim.index, expected: signer, found: claim.member))
            }
            let type = claim.statement.predicateType
            if let expected = trust.type, type.uri != expected, type.name != expected {
                failed.append(.type(claim.index, expected: expected, found: type.uri))
            }
        }
        if let artifact = trust.artifact, !claims.isEmpty,
            !claims.contains(where: { names(artifact, in: $0.statement) })
        {
            failed.append(.artifact(artifact))
        }
        if let policy = trust.policy {
            if let rejection = rejection(by: policy) { failed.append(rejection) }
        }
        if let notBefore = trust.notObservedBefore {
            let observed = checkpoint.evidence.observedBy?.value
            if observed.map({ $0 < notBefore }) ?? true {
                failed.append(.age(observedBy: observed, notBefore: notBefore))
            }
            if let observed, let notAfter = trust.notObservedAfter, observed > notAfter {
                failed.append(.future(observedBy: observed, notAfter: notAfter))
            }
        }
        return failed
    }

    /// Why the auditor's policy does not accept the checkpoint.
    ///
    /// One without log lines speaks of witnesses alone: the charter's log keys stand in.
    private func rejection(by policy: TrustPolicy) -> Rejection.Requirement? {
        var policy = policy
        if policy.logs.isEmpty {
            do throws(PolicyError) {
                policy = try policy.trusting(logs: state.policy.logs)
            } catch {
                return .policyConflict(error)
            }
        }
        do throws(PolicyRejection) {
            _ = try policy.verify(checkpoint.note)
            return nil
        } catch {
            return .policy(error)
        }
    }

    private func names(_ artifact: Digest, in statement: Statement) -> Bool {
        if statement.subjects.contains(where: { $0.digest == artifact }) { return true }
        guard case .evaluationResult(let result) = statement.predicate else { return false }
        return result.evidence?.contains { $0.sha256 == artifact } ?? false
    }

    /// What the evidence does not show, for whoever relies on it.
    func limits(isComplete: Bool) -> [String] {
        var limits: [String] = []
        if !isComplete {
            limits.append(
                "Completeness: nothing proves that all entries about this claim and all charter "
                    + "changes are shown, so a later retraction, correction or revocation cannot "
                    + "be excluded.")
        }
        if state.policy.quorum == nil {
            limits.append(
                "Witnesses: the charter asks for none, so a dishonest operator could show others "
                    + "a different log.")
        } else if state.charter.allowForkable, state.policy.quorum?.split == 0 {
            limits.append(
                "Witnesses: the policy has split 0, so a dishonest operator alone could show "
                    + "others a different log.")
        }
        if checkpoint.evidence.observedBy == nil {
            limits.append("Time: no quorum of witnesses says when the checkpoint was seen.")
        }
        if trust.pin == nil {
            limits.append(
                "History: no earlier head was given to compare with, so a fork made with stolen "
                    + "old keys cannot be excluded.")
        }
        limits.append(
            "Truth: the ledger proves who stated what and that it stands in the log, not that the "
                + "statement is right.")
        return limits
    }
}
