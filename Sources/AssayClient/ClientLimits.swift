/// Every bound of a client, in one place.
package struct ClientLimits: Sendable {
    /// The largest bundle, and so the largest answer of most routes, in bytes (formats.md 9).
    package var answerBytesMax = 17 * 1024 * 1024
    /// The largest answer to a batch, in bytes: a line for each envelope.
    package var batchAnswerBytesMax = 32 * 1024 * 1024
    /// The largest checkpoint, in bytes.
    package var checkpointBytesMax = 256 * 1024
    /// The largest description of a problem, in bytes.
    package var problemBytesMax = 64 * 1024
    /// To open a connection.
    package var connectTimeout: Duration = .seconds(10)
    /// For one whole exchange, waiting for cosignatures included.
    package var exchangeTimeout: Duration = .seconds(90)
    /// How often one request is sent, the first time included.
    package var attemptsMax = 4
    /// The pause before the second attempt; each further one is twice as long.
    package var firstPause: Duration = .milliseconds(200)
    /// The longest pause, whatever the server asks for; a longer wish ends the attempts.
    package var pauseMax: Duration = .seconds(20)

    /// Creates the usual limits.
    package init() {}
}
