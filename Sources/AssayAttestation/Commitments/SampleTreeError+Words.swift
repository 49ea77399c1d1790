extension SampleTreeError: CustomStringConvertible {
    /// What is wrong with the records, in words.
    public var description: String {
        switch self {
        case .outOfOrder(let position): "sample record \(position) comes before the one ahead of it"
        case .duplicateKey(let position):
            "sample record \(position) has the id and epoch of the one ahead of it"
        }
    }
}
