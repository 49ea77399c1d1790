extension SubjectIndexError: CustomStringConvertible {
    /// What is wrong, in words.
    public var description: String {
        switch self {
        case .emptyList: "a key that is present has at least one entry"
        case .notAscending(let first, let second):
            "entry \(second.value) is listed after entry \(first.value)"
        case .tooManySiblings(let count): "\(count) siblings are more than a key has bits"
        case .tooManyIndexes(let count): "\(count) entries are more than a lookup may list"
        case .indexesOfAbsentKey(let count):
            "\(count) entr\(count == 1 ? "y is" : "ies are") listed for an absent key"
        case .otherKeyIsTheKey: "the other key at the end of the walk is the key itself"
        case .otherKeyElsewhere: "the other key does not share the walked bits"
        case .notCanonical: "no map has a proof of this shape"
        case .rootMismatch(let computed, let expected):
            "it leads to the root \(computed), not \(expected)"
        }
    }
}
