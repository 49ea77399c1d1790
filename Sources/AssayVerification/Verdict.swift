/// What a verification says, in the words of the command line.
public enum Verdict: String, Hashable, Sendable, CaseIterable {
    /// The claim is proven and complete: no later retraction or charter change can be hidden.
    case verified = "VERIFIED"
    /// The claim is proven; what the ledger holds beyond what was shown cannot be excluded.
    case verifiedAsShown = "VERIFIED AS SHOWN"
    /// The evidence was readable and does not prove the claim.
    case rejected = "REJECTED"
    /// The evidence is not in the form that the format allows.
    case malformed = "MALFORMED"
    /// Nothing can be said: an algorithm is not available, or a limit was reached.
    case undecided = "UNDECIDED"
    /// The ledger identity, policy, key or state that the verifier was given is wrong.
    case badTrustInput = "BAD TRUST INPUT"

    /// The exit status that goes with the verdict.
    public var exitStatus: Int32 {
        switch self {
        case .verified, .verifiedAsShown: 0
        case .rejected: 1
        case .badTrustInput: 2
        case .malformed: 3
        case .undecided: 4
        }
    }

    /// Orders verdicts for the headline over several bundles: the least favourable counts.
    var severity: Int {
        switch self {
        case .verified: 0
        case .verifiedAsShown: 1
        case .undecided: 2
        case .rejected: 3
        case .malformed: 4
        case .badTrustInput: 5
        }
    }

    /// The least favourable of several verdicts; without any, nothing was decided.
    public static func worst(of verdicts: some Sequence<Verdict>) -> Verdict {
        verdicts.max { $0.severity < $1.severity } ?? .undecided
    }
}
