import CSodium

/// Bytes that are nobody else's: locked out of swap and core dumps where the system allows it,
/// and overwritten when the last reference goes.
///
/// `@unchecked Sendable` rests on this: the memory is written in `init`, before the object can be
/// shared, and overwritten in `deinit`, when no reference is left; between those it is only read.
@safe
final class SecretBytes: @unchecked Sendable {
    private let memory: UnsafeMutableRawBufferPointer

    /// Takes `count` bytes that `write` fills in.
    init(count: Int, write: (UnsafeMutablePointer<UInt8>) -> Void) {
        precondition(count > 0 && Sodium.start(), "libsodium does not start")
        guard let start = unsafe sodium_malloc(count) else {
            preconditionFailure("no memory for a secret key")
        }
        unsafe write(start.bindMemory(to: UInt8.self, capacity: count))
        unsafe memory = UnsafeMutableRawBufferPointer(start: start, count: count)
    }

    deinit {
        unsafe sodium_memzero(memory.baseAddress, memory.count)
        unsafe sodium_free(memory.baseAddress)
    }

    /// Calls `body` with the bytes, which must not be kept.
    func withBytes<Result>(_ body: (UnsafePointer<UInt8>) -> Result) -> Result {
        withExtendedLifetime(self) {
            guard let start = unsafe memory.assumingMemoryBound(to: UInt8.self).baseAddress else {
                preconditionFailure("secret memory without an address")
            }
            return unsafe body(UnsafePointer(start))
        }
    }
}

/// The door to the parts of libsodium that need it initialised.
enum Sodium {
    private static let isReady = sodium_init() >= 0

    /// Initialises libsodium on the first call.
    static func start() -> Bool {
        isReady
    }
}

/// Random bytes of the operating system, fit for keys and salts.
public enum SecureRandom {
    /// `count` fresh bytes.
    public static func bytes(_ count: Int) -> [UInt8] {
        precondition(Sodium.start(), "libsodium does not start")
        var bytes = [UInt8](repeating: 0, count: count)
        unsafe randombytes_buf(&bytes, count)
        return bytes
    }
}

extension [UInt8] {
    /// Overwrites the bytes with zeros, in a way that no optimizer removes, and empties the array.
    ///
    /// Copies made before are not reached.
    public mutating func wipe() {
        unsafe withUnsafeMutableBytes { raw in
            unsafe sodium_memzero(raw.baseAddress, raw.count)
        }
        self = []
    }
}
