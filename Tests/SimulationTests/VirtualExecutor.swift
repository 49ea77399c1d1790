import Synchronization

/// Runs the asynchronous code of a simulated world on the world's own thread, one piece after the
/// other, whenever the world says so: nothing is left to the scheduler.
final class VirtualExecutor: TaskExecutor {
    private let jobs = Mutex<[UnownedJob]>([])

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        jobs.withLock { $0.append(job) }
    }

    /// Runs until everything waits for the world.
    func drain() {
        while let job = jobs.withLock({ $0.isEmpty ? nil : $0.removeFirst() }) {
            unsafe job.runSynchronously(on: asUnownedTaskExecutor())
        }
    }

    /// Begins something asynchronous, at the next `drain`.
    func begin(_ body: @escaping @Sendable () async -> Void) -> Task<Void, Never> {
        Task(executorPreference: self) { await body() }
    }
}

/// Something of a simulated world that asynchronous code takes along.
///
/// Not checked by the compiler, and safe: whatever runs for a world runs inside its `run`, either
/// as an event or in `VirtualExecutor.drain`, so on one thread, one thing at a time.
struct Confined<Value>: @unchecked Sendable {
    let value: Value

    init(_ value: Value) { self.value = value }
}
