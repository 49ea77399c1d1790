public import AssayAttestation
public import AssayCrypto
public import AssayTLog

/// An entry whose form, signatures and signers' rights at its index were found good.
///
/// Only ``LedgerState/judge(_:at:)`` makes one. It says nothing about inclusion.
public struct JudgedEntry: Hashable, Sendable {
    /// Who an entry speaks for.
    public enum Signers: Hashable, Sendable {
        /// The ledger itself.
        case ledger
        /// The member with this id.
        case member(Text)
    }

    /// The index at which it was judged.
    public let index: LeafIndex
    /// The envelope.
    public let envelope: Envelope
    /// What it says.
    public let statement: Statement
    /// For whom it speaks.
    public let signers: Signers

    /// The member that signed; `nil` for the ledger's own entries.
    public var member: Text? {
        if case .member(let id) = signers { id } else { nil }
    }

    init(index: LeafIndex, envelope: Envelope, statement: Statement, signers: Signers) {
        self.index = index
        self.envelope = envelope
        self.statement = statement
        self.signers = signers
    }
}
