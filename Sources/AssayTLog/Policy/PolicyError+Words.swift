extension PolicyError: CustomStringConvertible {
    /// What is wrong and on which line, in words; names from the text stand as they came.
    public var description: String {
        (line.map { "line \($0): " } ?? "") + reason.description
    }
}

extension PolicyError.Reason: CustomStringConvertible {
    /// What is wrong, in words.
    public var description: String {
        switch self {
        case .tooLarge(let count): "the text has \(count) bytes; at most \(Limits.policyBytes)"
        case .forbiddenByte(let byte): "byte \(byte) may not stand in a policy"
        case .noFinalNewline: "the last line does not end in a newline"
        case .inlineComment: "# stands only at the beginning of a line"
        case .blankOrComment: "only group and quorum lines may stand here"
        case .unknownKeyword: "the line begins with none of log, witness, group and quorum"
        case .lineNotAllowed: "such a line may not stand here"
        case .wrongItemCount(let count): "\(count) items after the keyword are too few or too many"
        case .notUTF8: "an item is not UTF-8"
        case .tooManyLines: "there are too many lines of this kind"
        case .verifierKey(let error): "not an acceptable verifier key: \(error)"
        case .unsuitableKeyType(let type):
            "a key of type \(type.rawValue) cannot stand here: logs sign with types 1 or 6, "
                + "witnesses with 4 or 6"
        case .duplicateKey: "the key stands on an earlier line already"
        case .duplicateName(let name): "\(name) is taken by an earlier line"
        case .reservedName(let name): "\(name) cannot be a name"
        case .malformedThreshold: "the threshold is not all, any or a number from 1 to the members"
        case .undefinedName(let name): "\(name) is the name of nothing on an earlier line"
        case .repeatedMember(let name): "\(name) is a member of this or an earlier group already"
        case .noQuorum: "there is no quorum line"
        case .secondQuorum: "there is a second quorum line"
        }
    }
}
