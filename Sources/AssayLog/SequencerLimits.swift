/// The bounds of the queue before the sequencer and of one growth step.
package struct SequencerLimits: Hashable, Sendable {
    /// How many submissions may be in progress at once, whether judged, waiting or being written;
    /// beyond it the answer is `queue-full`.
    package var submissionsMax = 8192
    /// How many entry bytes may wait for the sequencer.
    package var waitingBytesMax = 64 << 20
    /// How many entries one growth step takes.
    package var batchEntriesMax = 4096
    /// How many entry bytes one growth step takes, though always one entry.
    package var batchBytesMax = 16 << 20

    /// Creates the default limits (service.md).
    package init() {}
}
