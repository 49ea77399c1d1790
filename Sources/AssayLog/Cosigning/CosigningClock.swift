package import AssayTLog

/// Time and chance, as collecting cosignatures needs them.
package protocol CosigningClock: Sendable {
    /// The time that has passed since a moment that stays the same while the process runs.
    var elapsed: Duration { get }

    /// The time of day, which cosignatures are compared with.
    var timeOfDay: UnixSeconds { get }

    /// Returns when so much time has passed, or sooner if the task is cancelled.
    func wait(until elapsed: Duration) async

    /// A source of numbers that spread pauses.
    var chance: any RandomNumberGenerator & Sendable { get }
}
