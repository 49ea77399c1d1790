import AssayAttestation
import AssayCrypto
import AssayTLog
import AssayVerification
import AssayWitness
import HTTPTypes
import Logging

// What a witness shows beside its checkpoints: the logs that it mirrors, and what it holds
// against logs.
extension WitnessService {
    /// `GET /<origin hash>/tile/…`: a tile or bundle of the tree that was cosigned last.
    func tile(
        _ coordinate: TileCoordinate, of originHash: Digest, ifNoneMatch condition: String?,
        gzip: Bool
    ) async throws(Problem) -> Answer {
        let absent = Problem.notFound("no mirrored log with this origin hash has a tile there")
        let size: TreeSize? = try await recorded { witness throws(TreeHeadFault) in
            try await witness.cosignedSize(ofHash: originHash)
        }
        guard let mirror, let size, coordinate.isWithin(size) else { throw absent }
        let bytes: [UInt8]?
        do throws(PublishedLogFault) {
            bytes = try await mirror.tile(coordinate, ofHash: originHash)
        } catch {
            logger.error("the mirror failed", metadata: ["fault": "\(error)"])
            throw Problem(
                .storageUnavailable, "the mirror cannot be read: \(error)", retryAfterSeconds: 30)
        }
        guard let bytes else { throw absent }
        return .tile(bytes, coordinate, ifNoneMatch: condition, gzip: gzip)
    }

    /// `GET /<origin hash>/evidence`: the fraud proofs against a log, and the checkpoints that it
    /// signed and that could not be cosigned.
    func evidence(of originHash: Digest) async throws(Problem) -> Answer {
        let kept = try await kept(of: originHash)
        let value: JSONValue = [
            "checkpoints": .array(
                kept.checkpoints.map {
                    [
                        "kind": .string($0.kind.rawValue),
                        "checkpoint": .string(String(decoding: $0.note, as: UTF8.self)),
                    ]
                }),
            "proofs": .array(kept.proofs.map { Self.summary(of: $0, originHash) }),
        ]
        var answer = Answer(type: "application/json", bytes: value.answerBytes)
        answer.fields[.cacheControl] = "no-store"
        return answer
    }

    /// `GET /<origin hash>/evidence/<SHA-256>.fraud`: one fraud proof, as its file.
    func proof(
        _ hash: Digest, of originHash: Digest, ifNoneMatch condition: String?
    ) async throws(Problem) -> Answer {
        let proofs = try await kept(of: originHash).proofs
        guard let proof = proofs.first(where: { SHA256.hash($0) == hash }) else {
            throw .notFound("there is no fraud proof with this SHA-256")
        }
        return Answer(type: "application/vnd.assay.fraud+json", bytes: proof)
            .cached(Answer.immutable, ifNoneMatch: condition)
    }

    private static func summary(of bytes: [UInt8], _ originHash: Digest) -> JSONValue {
        let hash = SHA256.hash(bytes).hex
        var object = JSONObject()
        do throws(AttestationError) {
            let proof = try FraudProof(parsing: bytes)
            object.append("kind", .string(proof.evidence.kind.rawValue))
            object.append("accused", .string(proof.accused))
        } catch {
            object.append("kind", .null)
            object.append("accused", .null)
        }
        object.append("sha256", .string(hash))
        object.append("size", .count(UInt64(bytes.count)))
        object.append("href", .string("/\(originHash.hex)/evidence/\(hash).fraud"))
        return .object(object)
    }

    private func kept(
        of originHash: Digest
    ) async throws(Problem) -> (checkpoints: [WitnessEvidence], proofs: [[UInt8]]) {
        let kept = try await recorded { witness throws(TreeHeadFault) in
            try await witness.evidence(ofHash: originHash)
        }
        guard let kept else {
            throw .notFound("no log with this origin hash is watched")
        }
        return kept
    }
}
