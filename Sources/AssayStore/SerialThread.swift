import Dispatch

/// Runs an actor's work on a queue of its own, so that a blocking call there never holds a thread
/// of the shared pool.
package final class SerialThread: SerialExecutor {
    private let queue: DispatchQueue

    /// Creates an executor; `label` names it in debuggers.
    package init(label: String) {
        queue = DispatchQueue(label: label)
    }

    package func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async {
            unsafe job.runSynchronously(on: self.asUnownedSerialExecutor())
        }
    }
}
