import CZstd

/// Zstandard (RFC 8878) in one frame or several, by libzstd.
@safe
final class ZstandardExpander: Expander {
    /// The largest window, as a power of two.
    ///
    /// 128 MiB is the library's own default; it bounds the memory that a frame can ask for.
    private static let windowLog: Int32 = 27

    private let context: OpaquePointer
    private var isBetweenFrames = true
    private var hasFrame = false

    /// Whether at least one frame was read and none is open.
    var isComplete: Bool { hasFrame && isBetweenFrames }

    /// Starts a decompression.
    init() {
        guard let context = unsafe ZSTD_createDCtx() else {
            preconditionFailure("libzstd refused to start")
        }
        unsafe self.context = context
        let status = unsafe ZSTD_DCtx_setParameter(
            context, ZSTD_d_windowLogMax, Self.windowLog)
        precondition(ZSTD_isError(status) == 0, "libzstd refused a window bound")
    }

    deinit { unsafe _ = ZSTD_freeDCtx(context) }

    func expand(_ input: ArraySlice<UInt8>) throws(ArchiveFault) -> ExpanderStep {
        // Between frames, a call without input would open the next frame.
        if input.isEmpty, isBetweenFrames { return ExpanderStep(consumed: 0, output: []) }
        var status = 0
        var consumed = 0
        let output = unsafe [UInt8](unsafeUninitializedCapacity: expanderOutputCount) {
            buffer, used in
            unsafe input.withUnsafeBytes { bytes in
                var source = unsafe ZSTD_inBuffer(
                    src: bytes.baseAddress, size: bytes.count, pos: 0)
                var target = unsafe ZSTD_outBuffer(
                    dst: buffer.baseAddress, size: buffer.count, pos: 0)
                status = unsafe ZSTD_decompressStream(context, &target, &source)
                consumed = unsafe source.pos
                used = unsafe target.pos
            }
        }
        guard ZSTD_isError(status) == 0 else { throw .badCompressedData }
        isBetweenFrames = status == 0
        if isBetweenFrames { hasFrame = true }
        return ExpanderStep(consumed: consumed, output: output)
    }
}
