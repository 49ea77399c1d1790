import AssayCrypto
import AssayLog
import AssayTLog

/// What the log has said to anyone, held against each other and against the disk.
final class SimulatedHistory {
    private let disk: SimulatedDisk
    private let report: (String) -> Void
    /// Everything that clients were told is on record.
    private(set) var acknowledged: [Digest: UInt64] = [:]
    /// The largest index that a client was told.
    private(set) var largest: Int64 = -1
    private var shownRoots: [UInt64: Digest] = [:]

    init(_ disk: SimulatedDisk, report: @escaping (String) -> Void) {
        self.disk = disk
        self.report = report
    }

    /// A signed head leaves a process: there is one root of each size, and the disk has had it.
    func shown(_ head: TreeHead) {
        let known = shownRoots.updateValue(head.root, forKey: head.size.value)
        if let known, known != head.root {
            report("two heads of size \(head.size.value) were shown")
        }
        if head.size.value >= UInt64(disk.roots.count)
            || disk.roots[Int(head.size.value)] != head.root
        {
            report("a head of size \(head.size.value) was shown that the disk never had")
        }
    }

    /// A client is told the outcome of `body`, and what it is told holds for ever.
    ///
    /// - Parameter floor: the largest index that anybody had been told when it submitted.
    func told(_ outcome: SimulatedNode.State.Outcome, of body: String, floor: Int64) {
        guard case .success(let receipt) = outcome else { return }
        let payload = SHA256.hash([UInt8](body.utf8.prefix { $0 != UInt8(ascii: "|") }))
        let index = receipt.index.value
        if let known = acknowledged.updateValue(index, forKey: payload), known != index {
            report("\(body) was said to be entry \(known), and then \(index)")
        }
        if index >= UInt64(disk.entries.count)
            || disk.entries[Int(index)].payload != payload
            || disk.entries[Int(index)].leafHash != receipt.leafHash
        {
            report("\(body) was said to be entry \(index), and is not there")
        }
        if receipt.treeSize.value <= index {
            report("entry \(index) was acknowledged under a tree of \(receipt.treeSize.value)")
        }
        if receipt.isNew, Int64(index) <= floor {
            report("entry \(index) began after entry \(floor) was answered")
        }
        largest = max(largest, Int64(index))
    }

    /// Whether everything that was acknowledged is still where it was.
    func checkAll() {
        for (payload, index) in acknowledged.sorted(by: { $0.value < $1.value })
        where disk.index(of: payload).map(UInt64.init) != index {
            report("entry \(index) was acknowledged and is lost")
        }
    }
}
