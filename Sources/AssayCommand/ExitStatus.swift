/// How a program of Assay ends; each number means one thing in all of them.
package enum ExitStatus: Int32, Hashable, Sendable, CaseIterable {
    /// Done, or verified.
    case done = 0
    /// The evidence was readable and does not prove the claim, or the server refused.
    case rejected = 1
    /// The charter, policy, key or state file that the program was given is wrong.
    case badTrustInput = 2
    /// The input is not in its allowed form.
    case malformed = 3
    /// The program cannot decide or cannot do it: algorithm, limit, input or output, network.
    case cannot = 4
    /// The command line is wrong.
    case usage = 64
}
