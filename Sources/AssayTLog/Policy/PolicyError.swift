public import AssayCrypto

/// Why a text is not a policy, and where.
public struct PolicyError: Error, Hashable, Sendable {
    /// The number of the line, from 1; `nil` when the whole text is at fault.
    public let line: Int?
    /// What is wrong.
    public let reason: Reason

    init(_ reason: Reason, line: Int? = nil) {
        self.line = line
        self.reason = reason
    }

    /// What can be wrong with a policy.
    public enum Reason: Error, Hashable, Sendable {
        /// More bytes than `Limits.policyBytes`.
        case tooLarge(Int)
        /// A byte other than tab, newline, 0x20 to 0x7E and 0x80 to 0xFF.
        case forbiddenByte(UInt8)
        /// The last line does not end in a newline.
        case noFinalNewline
        /// `#` after the first character of a line; readers differ on what it means there.
        case inlineComment
        /// A blank or comment line where only group and quorum lines may stand.
        case blankOrComment
        /// The line begins with a word that is not a keyword.
        case unknownKeyword
        /// A log, or witness, line where none may stand.
        case lineNotAllowed
        /// The line has too few or too many items.
        case wrongItemCount(Int)
        /// An item is not UTF-8.
        case notUTF8
        /// More lines of one kind than `Limits` has for it.
        case tooManyLines
        /// The verifier key is not acceptable.
        case verifierKey(VerifierKeyError)
        /// A key of this type cannot stand on this line: logs sign with 0x01 or 0x06, witnesses
        /// with 0x04 or 0x06.
        case unsuitableKeyType(SignatureType)
        /// A key with the same public key, or the same name and key ID, stands on an earlier line.
        case duplicateKey
        /// The name is taken by an earlier witness, group or leaf.
        case duplicateName(Text)
        /// `none`, `all` and `any` cannot be names.
        case reservedName(Text)
        /// The threshold is not `all`, `any` or the one decimal spelling of 1 to the number of
        /// members.
        case malformedThreshold
        /// The name belongs to no earlier line.
        case undefinedName(Text)
        /// The name is a member of this or an earlier group already.
        case repeatedMember(Text)
        /// There is no quorum line.
        case noQuorum
        /// There is a second quorum line.
        case secondQuorum
    }
}
