package import AssayAttestation
package import AssayCrypto
import AssayTLog
package import AssayVerification

/// The first growth step of a new ledger: its charter as entry 0, and the checkpoint of size 1.
package struct LedgerGenesis: Sendable {
    /// The identity of the ledger.
    package let ledger: LedgerID
    /// What the charter says.
    package let charter: Charter
    /// What to write into the new store.
    package let batch: AppendBatch

    /// Checks a signed charter fully and makes the first step with it.
    ///
    /// - Parameter signedCharter: an envelope, in canonical form or not.
    package init(
        signedCharter: [UInt8], checkpointKeys: [PrivateKey], entryKey: PrivateKey
    ) throws(GenesisFault) {
        let entry: LogEntry
        do {
            entry = LogEntry(try Envelope(parsing: signedCharter))
        } catch {
            throw .envelope(error)
        }
        let state: LedgerState
        do {
            state = try LedgerState(genesis: entry)
        } catch {
            throw .charter(error)
        }
        let keys: LedgerKeys
        do {
            keys = try LedgerKeys(
                charter: state.charter, checkpointKeys: checkpointKeys, entryKey: entryKey)
        } catch {
            throw .keys(error)
        }
        var edge = TreeEdge()
        edge.append(entry.leafHash)
        let checkpoint: [UInt8]
        do {
            checkpoint = try keys.checkpoint(of: edge.head)
        } catch {
            throw .signing(error)
        }
        ledger = state.ledger
        charter = state.charter
        batch = AppendBatch(
            previous: nil, next: edge.head,
            entries: [
                NewEntry(
                    bytes: entry.bytes, leafHash: entry.leafHash,
                    payload: entry.envelope.payloadDigest, changesState: true)
            ],
            tiles: edge.takeUpdates(), checkpoint: checkpoint)
    }
}

/// Why a ledger cannot begin with a charter and these keys.
package enum GenesisFault: Error, Hashable, Sendable {
    /// The bytes are not a signed envelope.
    case envelope(AttestationError)
    /// The charter is not a valid genesis.
    case charter(CharterRejection)
    /// The keys are not those of the charter.
    case keys(KeyMismatch)
    /// The first checkpoint could not be signed.
    case signing(SigningFault)
}

extension GenesisFault: CustomStringConvertible {
    /// What is wrong, for people.
    package var description: String {
        switch self {
        case .envelope(let error): error.description
        case .charter(let error): error.description
        case .keys(let error): error.description
        case .signing(let fault): "the first checkpoint could not be signed: \(fault.reason)"
        }
    }
}
