package import AssayTLog
import Synchronization

/// The service's measurements, written as Prometheus text.
///
/// Labels are route templates, statuses, problem codes, operations and witness names of the
/// charter, never what a client sent, so that their number is bounded.
package final class LogMetrics: Sendable {
    private struct Requests: Hashable { let route: String, status: Int }
    private struct WitnessFailure: Hashable { let witness: String, kind: String }

    private struct State {
        var entries: UInt64 = 0
        var treeSize: UInt64 = 0
        var checkpointedAt: ContinuousClock.Instant?
        var quorumMet: Bool?
        var appendSeconds = Histogram(bounds: Histogram.secondsBounds)
        var batchEntries = Histogram(bounds: [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 4096])
        var cosignatureSeconds: [String: Histogram] = [:]
        var witnessFailures: [WitnessFailure: UInt64] = [:]
        var refusals: [ProblemCode: UInt64] = [:]
        var storeErrors: [String: UInt64] = [:]
        var requests: [Requests: UInt64] = [:]
    }

    private let state = Mutex(State())

    /// Creates measurements that are all zero.
    package init() {}

    /// Counts a batch of `entries` that took `duration` to become durable.
    package func appended(entries: Int, in duration: Duration) {
        state.withLock {
            $0.entries += UInt64(entries)
            $0.batchEntries.observe(Double(entries))
            $0.appendSeconds.observe(duration / .seconds(1))
        }
    }

    /// Notes the size of the published tree.
    package func published(treeSize: TreeSize, at now: ContinuousClock.Instant) {
        state.withLock {
            guard treeSize.value > $0.treeSize else { return }
            $0.checkpointedAt = now
            $0.treeSize = treeSize.value
        }
    }

    /// Notes the size of the published tree, and whether it is all that was signed.
    func published(treeSize: TreeSize, quorumMet: Bool, at now: ContinuousClock.Instant) {
        published(treeSize: treeSize, at: now)
        state.withLock { $0.quorumMet = quorumMet }
    }

    /// Counts a request to a witness that brought no cosignature; `kind` comes from a closed list.
    package func witnessFailed(_ witness: String, _ kind: String) {
        state.withLock {
            $0.witnessFailures[WitnessFailure(witness: witness, kind: kind), default: 0] += 1
        }
    }

    /// Counts how long a witness of the charter took to cosign.
    package func cosigned(by witness: String, in duration: Duration) {
        state.withLock {
            $0.cosignatureSeconds[witness, default: Histogram(bounds: Histogram.secondsBounds)]
                .observe(duration / .seconds(1))
        }
    }

    /// Counts a problem that was answered.
    func refused(_ code: ProblemCode) {
        state.withLock { $0.refusals[code, default: 0] += 1 }
    }

    /// Counts a fault of the store; `operation` comes from a closed list of the store's.
    package func storeFailed(_ operation: String) {
        state.withLock { $0.storeErrors[operation, default: 0] += 1 }
    }

    /// Counts an answer on a route.
    func answered(_ route: String, status: Int) {
        state.withLock { $0.requests[Requests(route: route, status: status), default: 0] += 1 }
    }

    /// Everything in the Prometheus text format, version 0.0.4.
    package func text(at now: ContinuousClock.Instant) -> String {
        let state = state.withLock { $0 }
        var page = PrometheusPage()
        page.counter("assay_entries_total", "Entries appended since the start.", state.entries)
        page.gauge("assay_tree_size", "Leaves of the published tree.", Double(state.treeSize))
        if let checkpointedAt = state.checkpointedAt {
            page.gauge(
                "assay_checkpoint_age_seconds", "Since the latest checkpoint was published.",
                (now - checkpointedAt) / .seconds(1))
        }
        if let quorumMet = state.quorumMet {
            page.gauge(
                "assay_quorum_met",
                "1 if the latest signed checkpoint is cosigned by enough witnesses.",
                quorumMet ? 1 : 0)
        }
        page.histogram(
            "assay_append_seconds", "From the start of a batch to its durability.",
            [([], state.appendSeconds)])
        page.histogram(
            "assay_batch_entries", "Entries of a batch.", [([], state.batchEntries)])
        page.histogram(
            "assay_cosignature_seconds", "From a request to a witness to its cosignature.",
            state.cosignatureSeconds.sorted { $0.key < $1.key }
                .map { ([("witness", $0.key)], $0.value) })
        page.counter(
            "assay_witness_failures_total", "Requests to a witness without a cosignature.",
            state.witnessFailures
                .sorted { ($0.key.witness, $0.key.kind) < ($1.key.witness, $1.key.kind) }
                .map { ([("witness", $0.key.witness), ("kind", $0.key.kind)], $0.value) })
        page.counter(
            "assay_refusals_total", "Requests answered with a problem.",
            ProblemCode.allCases.map {
                ([("code", $0.rawValue)], state.refusals[$0, default: 0])
            })
        page.counter(
            "assay_store_errors_total", "Faults of the store.",
            state.storeErrors.sorted { $0.key < $1.key }.map { ([("operation", $0.key)], $0.value) }
        )
        page.counter(
            "assay_http_requests_total", "Requests answered.",
            state.requests.sorted { ($0.key.route, $0.key.status) < ($1.key.route, $1.key.status) }
                .map {
                    ([("route", $0.key.route), ("status", String($0.key.status))], $0.value)
                })
        return page.text
    }
}
