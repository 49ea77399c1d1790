package import AssayCrypto

/// One member of a ZIP archive as the archive's directory describes it.
package struct ArchiveMember: Hashable, Sendable {
    /// How a member is compressed (PKWARE APPNOTE 4.4.5).
    package enum Method: UInt16, Hashable, Sendable {
        /// Not at all.
        case stored = 0
        /// Deflate.
        case deflate = 8
        /// Zstandard, in one frame or several.
        case zstandard = 93
    }

    /// The name, with `/` between folders.
    package let name: Text
    /// The compression.
    package let method: Method
    /// The number of compressed bytes.
    package let compressedCount: UInt64
    /// The number of bytes after decompression.
    package let count: UInt64
    /// The CRC-32 of the bytes after decompression.
    package let checksum: UInt32
    /// The position of the member's own header.
    let headerPosition: UInt64
    /// Whether sizes and checksum follow the data instead of standing in the member's own header.
    let hasDescriptor: Bool
}
