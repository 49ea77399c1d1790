import AssayAttestation
package import AssayCrypto
package import AssayTLog
package import AssayVerification

/// Compares what witnesses show of the log with what its store holds: a checkpoint that the log's
/// own key signed, and that the store does not lead to, means that the store was put back or that
/// somebody else signs with the key.
///
/// A witness alone cannot make this up, since it lacks the log's key.
package struct WitnessedHistory: Sendable {
    private let state: LedgerState
    private let reader: any LogReader

    /// Creates a comparison with what `reader` holds.
    package init(_ state: LedgerState, _ reader: some LogReader) {
        self.state = state
        self.reader = reader
    }

    /// What a witness's checkpoint says of the store.
    package enum Finding: Hashable, Sendable {
        /// The store holds that tree; the witness has cosigned this size.
        case held(TreeSize)
        /// The log signed a larger tree than the store holds.
        case storeBehind(TreeHead)
        /// The log signed a tree that the store's is not an extension of.
        case otherHistory(TreeHead)
        /// It is not a checkpoint that the log signed, so it says nothing.
        case nothing
    }

    /// The SHA-256 of the origin, by which witnesses are asked.
    package var originHash: Digest { SHA256.hash(state.charter.origin.text.utf8) }

    /// Looks for the tree of `note` in the store.
    package func finding(_ note: [UInt8]) async throws(StoreFault) -> Finding {
        guard let head = signedHead(note) else { return .nothing }
        guard head.size > .zero else { return .held(.zero) }
        guard let stored = try await reader.treeHead() else { throw .damaged(.treeHead) }
        guard head.size <= stored.size else { return .storeBehind(head) }
        let own = try await reader.earlierHead(at: head.size)
        return own == head ? .held(head.size) : .otherHistory(head)
    }

    /// The head that the log's Ed25519 key signed; `nil` if it did not sign the note.
    ///
    /// Lines of other keys do not matter here, not even bad ones.
    private func signedHead(_ note: [UInt8]) -> TreeHead? {
        do {
            let note = try SignedNote(bytes: note)
            let checkpoint = try Checkpoint(noteText: note.text)
            guard checkpoint.origin == state.charter.origin else { return nil }
            let keys = state.charter.checkpointKeys.filter { $0.type == .ed25519 }
            _ = try note.open(with: keys)
            return checkpoint.head
        } catch {
            return nil
        }
    }
}

/// Why a log must not sign, by what its witnesses show of it.
package enum WitnessedFault: Error, Hashable, Sendable {
    /// These witnesses have cosigned a larger tree than the store holds.
    case storeBehind([Text], TreeHead)
    /// These witnesses have cosigned a tree that the store's is not an extension of.
    case otherHistory([Text], TreeHead)
    /// The store could not be read.
    case store(StoreFault)
}

extension WitnessedFault: CustomStringConvertible {
    /// What is wrong, for people.
    package var description: String {
        switch self {
        case .storeBehind(let names, let head):
            """
            witness \(names.map(\.string).joined(separator: ", ")) has cosigned a tree of size \
            \(head.size.value), which is more than the store holds
            """
        case .otherHistory(let names, let head):
            """
            witness \(names.map(\.string).joined(separator: ", ")) has cosigned the tree of size \
            \(head.size.value) and root \(head.root.base64), which the log signed and the store \
            does not lead to
            """
        case .store(let fault): fault.description
        }
    }
}
