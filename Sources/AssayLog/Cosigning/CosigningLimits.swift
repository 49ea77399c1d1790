/// The bounds of collecting cosignatures.
package struct CosigningLimits: Hashable, Sendable {
    /// How long a submission waits for the quorum before it is told that there is none.
    package var submissionWait: Duration = .seconds(10)
    /// How long submissions wait when the process ends.
    package var stopWait: Duration = .seconds(3)
    /// How long to leave a witness alone after the first failure, before jitter; twice as long
    /// after each further one.
    package var firstPause: Duration = .milliseconds(250)
    /// The longest pause, before jitter.
    package var pauseMax: Duration = .seconds(30)
    /// How long cosignatures beyond the quorum are gathered before they are stored; those of a new
    /// quorum take them along.
    package var lateWait: Duration = .milliseconds(100)
    /// How long to wait before cosignatures are stored again, when there was no room.
    package var saveAgainWait: Duration = .seconds(1)

    /// Creates the usual limits.
    package init() {}
}
