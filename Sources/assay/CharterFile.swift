import AssayAttestation
import AssayCommand
import AssayCrypto
import AssayVerification

/// A charter in a file: a draft that collects signatures, or one that has them all.
struct CharterFile {
    let path: String
    private(set) var draft: EnvelopeDraft
    let charter: Charter

    /// Reads a draft or a signed charter; its signatures are not checked yet.
    init(path: String) throws(CommandFailure) {
        self.path = path
        let bytes = try Files.read(path, limitBytes: 1 << 20)
        do throws(AttestationError) {
            draft = try EnvelopeDraft(parsing: bytes)
        } catch {
            throw CommandFailure(path, error)
        }
        do throws(CharterRejection) {
            charter = try LedgerState.checkDraft(payload: draft.payload)
        } catch {
            throw CommandFailure(.badTrustInput, code: "charter-invalid", "\(path): \(error)")
        }
    }

    /// Whose a listed key is.
    func holder(of keyID: KeyID) -> String? {
        if charter.entryKeys.contains(where: { $0.keyID == keyID }) { return "the ledger" }
        return charter.members.first { member in
            member.keys.contains { $0.publicKey.keyID == keyID }
        }.map { $0.id.string }
    }

    /// The listed keys that have not signed.
    var missing: [PublicKey] {
        let signed = Set(draft.signatures.map(\.keyID))
        return LedgerState.signersRequired(by: charter).filter { !signed.contains($0.keyID) }
    }

    /// The state that the charter begins, once every listed key has signed.
    func verified() throws(CommandFailure) -> LedgerState {
        let envelope: Envelope
        do throws(AttestationError) {
            envelope = try draft.envelope()
        } catch {
            throw CommandFailure(path, error)
        }
        do throws(CharterRejection) {
            return try LedgerState(genesis: LogEntry(envelope))
        } catch {
            throw CommandFailure(.badTrustInput, code: "charter-invalid", "\(path): \(error)")
        }
    }

    /// Adds the signature of `key`, which the charter must list.
    mutating func sign(with key: PrivateKey) throws(CommandFailure) {
        let signature = try key.signature(over: draft.preAuthEncoding)
        do throws(AttestationError) {
            draft = try draft.adding(
                Envelope.Signature(keyID: key.publicKey.keyID, bytes: signature))
        } catch {
            throw CommandFailure(path, error)
        }
    }
}

extension PrivateKey {
    /// The signature over `message`.
    func signature(over message: [UInt8]) throws(CommandFailure) -> [UInt8] {
        do throws(SignatureError) {
            return try sign(message)
        } catch {
            throw CommandFailure(
                .cannot, code: "signing-failed",
                "the \(algorithm.rawValue) key cannot sign here: \(error)")
        }
    }
}
