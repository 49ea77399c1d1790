package import AssayLog

/// Every bound of the HTTP service, in one place; each has the default that the service promises.
///
/// A value that is not positive is a programming error.
package struct HTTPLimits: Sendable {
    /// The longest body of one submission, in bytes: an entry of 65,535 bytes as JSON fits.
    package var submissionBytesMax = 128 * 1024
    /// The longest body of a batch, in bytes.
    package var batchBytesMax = 16 * 1024 * 1024
    /// The most lines of a batch.
    package var batchLinesMax = 4096
    /// How many lines of all batches wait for the sequencer at once.
    package var batchConcurrency = 512
    /// The longest request line and header fields together, in bytes.
    package var headerBytesMax = 16 * 1024
    /// The most header fields of a request.
    package var headerFieldsMax = 100
    /// Requests that wait for their answers on one connection: each takes far more memory than it
    /// has bytes.
    package var pipelinedMax = 32
    /// From the first byte of a request to its last, however they are spread.
    package var requestTimeout: Duration = .seconds(30)
    /// How long a connection may stay open with nothing asked, or with an answer that is not read.
    package var idleTimeout: Duration = .seconds(60)
    /// How long input is read and thrown away after an answer that ends the connection, so that
    /// a client still sending gets to see the answer.
    package var lingerTimeout: Duration = .seconds(2)
    /// Connections served at once.
    ///
    /// A further one takes the place of one that keeps the server waiting, if the address of that
    /// one has more of them; or else is answered 503 and closed.
    package var connectionsMax = 1024
    /// How long a connection has kept the server waiting when it loses its place to any other.
    package var displacedAfter: Duration = .seconds(10)
    /// Bytes of answers that clients have not taken yet, over all connections.
    ///
    /// Beyond it a connection is closed that does not read, of the address that leaves most unread.
    package var unreadBytesMax = 32 << 20
    /// Tiles and entry bundles that are read and put together at once; the others wait.
    package var largeReadsMax = 4
    /// Pages of lists that are made at once: each takes a core for as long as many submissions do.
    package var listReadsMax = 1
    /// Connections beyond ``connectionsMax`` that are accepted to be told so; the rest wait in the
    /// kernel's queue.
    package var surplusConnectionsMax = 64
    /// How long requests in progress may take after the signal to stop.
    package var stopTimeout: Duration = .seconds(8)
    /// How long submissions wait for witnesses, and how witnesses are treated that do not answer.
    package var cosigning = CosigningLimits()
    /// The most entries on one page of a list.
    package var pageEntriesMax = 1000
    /// The entries on a page when the request does not say.
    package var pageEntriesDefault = 100
    /// How many entries the catalog reads in one go while a request waits for it.
    package var catalogStepEntries: UInt64 = 4096
    /// Requests that read, from one address.
    package var readsPerAddress: RateLimit? = RateLimit(perSecond: 1000, burst: 10_000)
    /// Envelopes submitted, from one address.
    package var submissionsPerAddress: RateLimit? = RateLimit(perSecond: 500, burst: 16_384)
    /// Envelopes by one member that were admitted or were already there.
    package var submissionsPerMember: RateLimit? = RateLimit(perSecond: 200, burst: 16_384)
    /// Addresses and members whose recent use is remembered at once.
    package var rateKeysMax = 65_536

    /// Creates the limits of the service as specified.
    package init() {}
}

/// How often something may happen: `burst` at once, and `perSecond` for ever.
package struct RateLimit: Hashable, Sendable {
    /// The sustained rate.
    package let perSecond: Double
    /// The most at one moment.
    package let burst: Double

    /// Creates a limit; both numbers must be positive.
    package init(perSecond: Double, burst: Double) {
        precondition(perSecond > 0 && burst > 0)
        self.perSecond = perSecond
        self.burst = burst
    }
}
