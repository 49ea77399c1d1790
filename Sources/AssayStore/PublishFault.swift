package import AssayFiles
package import AssayLog
package import AssayTLog

/// Why a folder was not published.
package enum PublishFault: Error, Hashable, Sendable {
    /// What the store holds is not good.
    case finding(LogFinding)
    /// A file could not be read or written.
    case file(FileError)
    /// The folder holds another log, or a checkpoint that the store never signed.
    case otherLog
    /// The charter asks for witnesses, and too few have cosigned any checkpoint yet.
    case notCosigned
    /// The folder holds a larger tree than the store.
    case ahead(published: TreeSize, stored: TreeSize)
}

extension PublishFault: CustomStringConvertible {
    /// What is wrong, for people.
    package var description: String {
        switch self {
        case .finding(let finding): finding.description
        case .file(let error): error.description
        case .otherLog: "the folder holds a checkpoint that this store did not sign"
        case .notCosigned:
            "witnesses have not cosigned a checkpoint yet; serve the ledger first, which asks them"
        case .ahead(let published, let stored):
            """
            the folder holds a tree of size \(published.value), the store one of size \
            \(stored.value): the store was rolled back
            """
        }
    }
}
