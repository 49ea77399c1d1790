import CMalloc

/// What a serving program asks of the allocator.
package enum ServerMemory {
    /// The size of blocks, in bytes, from which on they go back to the system when they are freed.
    private static let returnedBytesMin: Int32 = 256 * 1024

    /// Has the memory of large answers go back to the system when they are sent, so that it never
    /// adds up to more than what is in use at once.
    package static func returnLargeBlocks() {
        // An allocator that refuses costs memory, and nothing else.
        _ = assay_keep_no_block_from(returnedBytesMin)
    }
}
