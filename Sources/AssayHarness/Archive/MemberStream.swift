import AssayCrypto
import CZlib

/// The bytes of one archive member after decompression, in pieces, with size and checksum checked
/// at the end.
final class MemberStream: ByteStream {
    private let member: ArchiveMember
    private let compressed: StretchStream
    private let expander: (any Expander)?
    private var produced: UInt64 = 0
    private var checksum: UInt = 0
    private var pending: ArraySlice<UInt8> = []
    private var hasEnded = false

    /// Opens the data of `member`.
    init(_ member: ArchiveMember, in source: any ByteSource) throws(EvaluationLogError) {
        self.member = member
        let range = try LocalHeader.dataRange(of: member, in: source)
        compressed = StretchStream(source, range)
        expander =
            switch member.method {
            case .stored: nil
            case .deflate: DeflateExpander()
            case .zstandard: ZstandardExpander()
            }
    }

    func next() throws(EvaluationLogError) -> [UInt8]? {
        guard !hasEnded else { return nil }
        guard let piece = try nextPiece() else {
            hasEnded = true
            guard produced == member.count else { throw fault(.wrongSize) }
            guard checksum == UInt(member.checksum) else { throw fault(.wrongChecksum) }
            return nil
        }
        produced += UInt64(piece.count)
        guard produced <= member.count else { throw fault(.wrongSize) }
        checksum = unsafe piece.withUnsafeBufferPointer { buffer in
            unsafe crc32_z(checksum, buffer.baseAddress, buffer.count)
        }
        return piece
    }

    private func fault(_ fault: ArchiveFault) -> EvaluationLogError {
        .archive(fault, member: member.name)
    }

    private func nextPiece() throws(EvaluationLogError) -> [UInt8]? {
        guard let expander else { return try compressed.next() }
        while true {
            if pending.isEmpty {
                pending = try compressed.next().map { $0[...] } ?? []
            }
            let isLast = pending.isEmpty
            let step: ExpanderStep
            do throws(ArchiveFault) {
                step = try expander.expand(pending)
            } catch {
                throw fault(error)
            }
            pending = pending.dropFirst(step.consumed)
            if !step.output.isEmpty { return step.output }
            if step.consumed == 0 {
                if isLast {
                    guard expander.isComplete else { throw fault(.truncatedData) }
                    return nil
                }
                // The decompressor takes no more although there is more.
                throw fault(.trailingData)
            }
        }
    }
}

/// What one step of decompression took and gave.
struct ExpanderStep {
    let consumed: Int
    let output: [UInt8]
}

/// A running decompression.
protocol Expander: AnyObject {
    /// Whether the compressed data is complete at this point.
    var isComplete: Bool { get }

    /// Takes some of `input` and gives at most one buffer of output. Once complete, a format that
    /// allows nothing further takes nothing.
    func expand(_ input: ArraySlice<UInt8>) throws(ArchiveFault) -> ExpanderStep
}

/// The bytes that one step of decompression gives at most.
let expanderOutputCount = 1 << 17

extension ArchiveFault: Error {}
