import CZlib

/// Deflate (RFC 1951), by zlib.
@safe
final class DeflateExpander: Expander {
    // zlib keeps the address of its stream, so it must not move.
    private let stream: UnsafeMutablePointer<z_stream>
    private(set) var isComplete = false

    /// Starts a decompression.
    init() {
        unsafe stream = .allocate(capacity: 1)
        unsafe stream.initialize(to: z_stream())
        let status = unsafe assay_raw_inflate_init(stream)
        precondition(status == Z_OK, "zlib refused to start")
    }

    deinit {
        unsafe _ = inflateEnd(stream)
        unsafe stream.deallocate()
    }

    func expand(_ input: ArraySlice<UInt8>) throws(ArchiveFault) -> ExpanderStep {
        guard !isComplete else { return ExpanderStep(consumed: 0, output: []) }
        var status = Z_OK
        var consumed = 0
        let output = unsafe [UInt8](unsafeUninitializedCapacity: expanderOutputCount) {
            buffer, used in
            unsafe input.withUnsafeBufferPointer { bytes in
                // zlib's interface lacks the const: it only reads through next_in.
                unsafe stream.pointee.next_in = UnsafeMutablePointer(mutating: bytes.baseAddress)
                unsafe stream.pointee.avail_in = UInt32(clamping: bytes.count)
                let offered = unsafe stream.pointee.avail_in
                unsafe stream.pointee.next_out = buffer.baseAddress
                unsafe stream.pointee.avail_out = UInt32(buffer.count)
                status = unsafe inflate(stream, Z_NO_FLUSH)
                consumed = unsafe Int(offered - stream.pointee.avail_in)
                used = unsafe buffer.count - Int(stream.pointee.avail_out)
            }
        }
        switch status {
        case Z_STREAM_END: isComplete = true
        case Z_OK: break
        case Z_BUF_ERROR where consumed == 0 && output.isEmpty && input.isEmpty: break
        default: throw .badCompressedData
        }
        return ExpanderStep(consumed: consumed, output: output)
    }
}
