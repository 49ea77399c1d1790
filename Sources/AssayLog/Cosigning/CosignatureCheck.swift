package import AssayCrypto
package import AssayTLog

/// Checks the lines that a witness answered, each by itself: a line by a key of the charter that
/// does not verify would spoil the whole note (signed-note), and must never be stored.
package struct CosignatureCheck: Sendable {
    private let witnesses: [TrustPolicy.Witness]

    /// How far a witness's clock may be ahead of this machine's, in seconds.
    static let aheadSecondsMax: UInt64 = 300
    /// How long ago a cosignature may have been made, in seconds: a witness may answer with an
    /// earlier one.
    static let behindSecondsMax: UInt64 = 86_400

    /// How many faults of one answer are named: a witness must not fill the log's messages.
    static let faultsMax = 8

    /// Creates a check of answers by `witnesses`, who share an address.
    package init(_ witnesses: [TrustPolicy.Witness]) {
        self.witnesses = witnesses
    }

    /// The good lines of an answer, and what is wrong with others.
    package struct Outcome: Hashable, Sendable {
        /// The lines that count, with the names that the charter gives the witnesses; each once.
        package internal(set) var lines: [Text: NoteSignature] = [:]
        /// Why lines do not count: the first few.
        package internal(set) var faults: [CosignatureFault] = []

        mutating func add(_ fault: CosignatureFault) {
            if faults.count < faultsMax { faults.append(fault) }
        }
    }

    /// Reads the body of a 200 answer to a request to cosign `checkpoint`.
    package func outcome(
        of body: [UInt8], on checkpoint: Checkpoint, at now: UnixSeconds
    ) -> Outcome {
        var outcome = Outcome()
        guard body.last == UInt8(ascii: "\n") else {
            outcome.faults = [.malformed]
            return outcome
        }
        for bytes in body.dropLast().split(
            separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        {
            guard let line = NoteSignature(line: bytes) else {
                outcome.add(.malformed)
                continue
            }
            guard
                let witness = witnesses.first(where: {
                    $0.key.name == line.name && $0.key.id == line.keyID
                })
            else {
                outcome.add(.unknownKey)
                continue
            }
            do {
                try Self.verify(line, by: witness.key, on: checkpoint, at: now)
                outcome.lines[witness.name] = outcome.lines[witness.name] ?? line
            } catch {
                outcome.add(error)
            }
        }
        return outcome
    }

    private static func verify(
        _ line: NoteSignature, by key: VerifierKey, on checkpoint: Checkpoint, at now: UnixSeconds
    ) throws(CosignatureFault) {
        let time: UnixSeconds
        do {
            guard let cosignature = try Cosignature(line, by: key) else {
                throw CosignatureFault.unknownKey
            }
            try cosignature.verify(over: checkpoint)
            time = cosignature.timestamp
        } catch let fault as CosignatureFault {
            throw fault
        } catch let error as NoteSignatureError {
            throw .rejected(error)
        } catch {
            preconditionFailure("no other error is thrown above: \(error)")
        }
        let earliest = now.value - min(now.value, behindSecondsMax)
        guard time > .unstated, time.value >= earliest, time.value <= now.value + aheadSecondsMax
        else { throw .absurdTime(time) }
    }
}

/// Why a line that a witness answered does not count.
package enum CosignatureFault: Error, Hashable, Sendable {
    /// It is not a signature line.
    case malformed
    /// It is by a key that the charter does not give to a witness at this address.
    case unknownKey
    /// It does not verify, or the libcrypto at hand cannot tell.
    case rejected(NoteSignatureError)
    /// It verifies, and says that it was made at a time that cannot be.
    case absurdTime(UnixSeconds)
}

extension CosignatureFault: CustomStringConvertible {
    /// What is wrong, for people.
    package var description: String {
        switch self {
        case .malformed: "a line that is not a signature line"
        case .unknownKey: "a line by a key that the charter does not give to this witness"
        case .rejected(let error): "a line that does not verify: \(error)"
        case .absurdTime(let time):
            "a cosignature that says it was made at \(time.value) s since 1970"
        }
    }
}
