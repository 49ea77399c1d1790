/// A party of a simulated world: a sequencer's process, a client, a reader.
///
/// It plans everything it does in the world's time, reaches others over the world's network only,
/// and reports to the world what breaks a promise. A new kind of party is one class and one line
/// where the world is made.
protocol SimulatedRole: AnyObject {
    /// The name in the trace.
    var name: String { get }
    /// Begins to act.
    func start()
    /// Ends at once, wherever it is, and comes back after a while, if it is a process.
    func die()
    /// Does nothing for a while, if it is a process, and then goes on as if no time had passed.
    func pause(_ duration: UInt64)
    /// Looks at what must hold now; called after every event.
    func check()
}

extension SimulatedRole {
    func die() {}
    func pause(_ duration: UInt64) {}
    func check() {}
}
