import NIOCore

/// Why a server did not start or did not stop well.
package enum ServerError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Another process listens there.
    case addressInUse(ListenAddress)
    /// The address is not one of this machine, or may not be used.
    case addressUnavailable(ListenAddress, errno: Int32)

    /// The certificate or its key cannot be used.
    case badTLSFile(String)

    /// What is wrong and what to do.
    package var description: String {
        switch self {
        case .addressInUse(let address):
            "\(address) is in use: another process listens there; stop it, or listen elsewhere"
        case .addressUnavailable(let address, let code):
            "cannot listen on \(address): \(IOError(errnoCode: code, reason: "bind"))"
        case .badTLSFile(let reason): "cannot use the certificate or its key: \(reason)"
        }
    }
}
