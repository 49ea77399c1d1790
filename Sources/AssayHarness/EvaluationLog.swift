import AssayCrypto

/// The door to the logs of evaluation harnesses.
///
/// Inspect's are read, of any version so far, in `.eval` and `.json` form.
package enum EvaluationLog {
    /// Reads the log in the file at `path`, checks it and recomputes its metrics.
    ///
    /// - Throws: `EvaluationLogError`; `unsupportedHarness` names a harness that is known and not
    ///   read.
    package static func read(
        path: String, limits: ReadingLimits = ReadingLimits()
    ) throws(EvaluationLogError) -> InspectLog {
        try InspectLog(try FileBytes(path: path), limits: limits)
    }

    /// Reads a log that is in memory, as from standard input.
    ///
    /// - Throws: `EvaluationLogError`.
    package static func read(
        bytes: [UInt8], limits: ReadingLimits = ReadingLimits()
    ) throws(EvaluationLogError) -> InspectLog {
        guard UInt64(bytes.count) <= limits.standardInputBytes else {
            throw .exceeds(
                .standardInputBytes, limit: limits.standardInputBytes, member: nil)
        }
        return try InspectLog(MemoryBytes(bytes), limits: limits)
    }
}
