public import AssayCrypto

/// The bytes that an envelope's signatures cover (DSSE v1, PAE).
public enum PreAuthEncoding {
    /// `"DSSEv1" SP len(type) SP type SP len(payload) SP payload`, lengths in decimal bytes.
    public static func encode(payloadType: Text, payload: [UInt8]) -> [UInt8] {
        var bytes = [UInt8]("DSSEv1 \(payloadType.utf8.count) ".utf8)
        bytes.reserveCapacity(bytes.count + payloadType.utf8.count + payload.count + 24)
        bytes += payloadType.utf8
        bytes += " \(payload.count) ".utf8
        bytes += payload
        return bytes
    }
}
