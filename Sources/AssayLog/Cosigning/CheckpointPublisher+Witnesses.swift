import AssayCrypto
import AssayTLog

// What witnesses are asked, and what they show.
extension CheckpointPublisher {
    /// Compares what the witnesses show of the log with the store, before anything is signed.
    ///
    /// - Throws: why the log must not sign; witnesses that do not answer say nothing.
    package func compareWithWitnesses() async throws(WitnessedFault) {
        let findings = await withTaskGroup(
            of: (Int, Result<WitnessedHistory.Finding, StoreFault>).self
        ) { group in
            for place in ports.indices {
                group.addTask { (place, await self.finding(place)) }
            }
            var findings: [(place: Int, finding: Result<WitnessedHistory.Finding, StoreFault>)] = []
            for await (place, finding) in group { findings.append((place, finding)) }
            return findings.sorted { $0.place < $1.place }
        }
        for (place, finding) in findings {
            let held: WitnessedHistory.Finding
            do {
                held = try finding.get()
            } catch {
                throw .store(error)
            }
            switch held {
            case .held(let size): learned(size, of: place)
            case .nothing: break
            case .storeBehind(let head): throw .storeBehind(collector.names(of: place), head)
            case .otherHistory(let head): throw .otherHistory(collector.names(of: place), head)
            }
        }
    }

    nonisolated func ask(_ request: CosignatureCollector.Request) async -> WitnessAnswer {
        let body: [UInt8]
        do {
            let head = request.checkpoint.head
            var proof = ConsistencyProof(path: [])
            if request.oldSize > .zero, request.oldSize < head.size {
                guard let old = try await store.earlierHead(at: request.oldSize) else {
                    return .inconsistent
                }
                proof = try await ProofReader(store).consistency(from: old, to: head)
            }
            body = try AddCheckpointRequest(
                oldSize: request.oldSize, proof: proof, note: request.checkpoint.request(state)
            ).bytes
        } catch let fault as StoreFault {
            return .failed(.noProof(fault))
        } catch {
            preconditionFailure("a checkpoint of the log can be sent to a witness: \(error)")
        }
        return await ports[request.place].addCheckpoint(body)
    }

    nonisolated func inspect(_ place: Int) async {
        let names = await collector.names(of: place)
        let cause: StopCause? =
            switch await finding(place) {
            case .success(.storeBehind(let head)): .witnessed(.storeBehind(names, head))
            case .success(.otherHistory(let head)): .witnessed(.otherHistory(names, head))
            case .success(.held), .success(.nothing), .failure: nil
            }
        tell.yield(.inspected(place: place, cause))
    }

    private nonisolated func finding(
        _ place: Int
    ) async -> Result<WitnessedHistory.Finding, StoreFault> {
        let history = WitnessedHistory(state, store)
        guard let note = await ports[place].checkpoint(ofHash: history.originHash) else {
            return .success(.nothing)
        }
        do throws(StoreFault) {
            return .success(try await history.finding(note))
        } catch {
            return .failure(error)
        }
    }
}
