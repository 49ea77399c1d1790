import AssayAttestation
import AssayCrypto
import AssayLog
import AssayTLog
import AssayVerification
import HTTPTypes
package import Logging
import Synchronization

/// Everything that the routes share: the ledger, what is derived from it, measurements and limits.
///
/// All state is in the ledger; the rest can be lost.
package struct LogService: Sendable {
    let ledger: any LedgerPort
    let limits: HTTPLimits
    let metrics: LogMetrics
    let logger: Logger
    let catalog: Catalog
    let rates: RequestRates
    let largeReads: Turns
    let listReads: Turns
    let batchLines: Turns
    let clock = ContinuousClock()

    /// Creates the service of a ledger.
    package init(
        _ ledger: some LedgerPort, limits: HTTPLimits = HTTPLimits(),
        metrics: LogMetrics = LogMetrics(), logger: Logger
    ) {
        self.ledger = ledger
        self.limits = limits
        self.metrics = metrics
        self.logger = logger
        catalog = Catalog(ledger, stepEntries: limits.catalogStepEntries)
        rates = RequestRates(limits, at: clock.now)
        largeReads = Turns(limits.largeReadsMax)
        listReads = Turns(limits.listReadsMax)
        batchLines = Turns(limits.batchConcurrency)
    }

    /// Runs `read` and turns a fault of the store into a problem.
    func reading<Value: Sendable>(
        _ read: (any LedgerPort) async throws(StoreFault) -> Value
    ) async throws(Problem) -> Value {
        do {
            return try await read(ledger)
        } catch {
            logger.error("the store failed", metadata: ["fault": "\(error)"])
            throw Problem(error)
        }
    }

    /// The entry that `reference` names.
    func entry(
        _ reference: EntryReference
    ) async throws(Problem) -> (index: LeafIndex, bytes: [UInt8]) {
        let index: LeafIndex?
        switch reference {
        case .index(let named): index = named
        case .leafHash(let hash):
            index = try await reading { ledger throws(StoreFault) in
                try await ledger.index(of: hash)
            }
        }
        guard let index,
            let bytes = try await reading({ ledger throws(StoreFault) in
                try await ledger.entry(at: index)
            })
        else {
            guard await ledger.checkpoint != nil else { throw Self.nothingPublished }
            throw .notFound("the log has no such entry; it may be too new to be published")
        }
        return (index, bytes)
    }
}

/// The rates of requests and submissions, by address and by member.
struct RequestRates: Sendable {
    private let reads: RateLimiter?
    private let addressSubmissions: RateLimiter?
    private let memberSubmissions: RateLimiter?

    init(_ limits: HTTPLimits, at now: ContinuousClock.Instant) {
        func limiter(_ limit: RateLimit?) -> RateLimiter? {
            limit.map { RateLimiter($0, keysMax: limits.rateKeysMax, at: now) }
        }
        reads = limiter(limits.readsPerAddress)
        addressSubmissions = limiter(limits.submissionsPerAddress)
        memberSubmissions = limiter(limits.submissionsPerMember)
    }

    /// Counts `count` reading requests of an address.
    func read(
        _ count: Int = 1, by address: [UInt8], at now: ContinuousClock.Instant
    ) throws(Problem) {
        try require(reads?.take(count, for: address, at: now), "this address asks too often")
    }

    /// Counts `count` envelopes submitted by an address.
    func submit(
        _ count: Int, by address: [UInt8], at now: ContinuousClock.Instant
    ) throws(Problem) {
        try require(
            addressSubmissions?.take(count, for: address, at: now),
            "this address submits too much")
    }

    /// Refuses where the member has used up its share.
    ///
    /// Takes nothing: anybody can claim to be a member, and must not be able to use up what is the
    /// member's.
    func allow(_ member: Text, at now: ContinuousClock.Instant) throws(Problem) {
        try require(
            memberSubmissions?.wait(for: member.utf8, at: now),
            "member \(member) submits too much")
    }

    /// Counts an envelope by a member whose signatures were verified.
    func charge(_ member: Text, at now: ContinuousClock.Instant) {
        memberSubmissions?.charge(to: member.utf8, at: now)
    }

    private func require(_ wait: Duration?, _ what: String) throws(Problem) {
        guard let wait, wait > .zero else { return }
        let seconds = max(1, Int((wait / .seconds(1)).rounded(.up)))
        throw Problem(
            .rateLimited, "\(what); try again in \(seconds) s", retryAfterSeconds: seconds)
    }
}
