import AssayAttestation
import AssayCrypto
import HTTPTypes
import Hummingbird
import NIOCore

/// A whole answer before it is written: status, header fields and body.
struct Answer: Hashable, Sendable {
    /// The status.
    var status: HTTPResponse.Status
    /// The header fields, without those of the connection.
    var fields: HTTPFields
    /// The body.
    var bytes: [UInt8]

    /// Creates an answer with a body of media type `type`.
    ///
    /// Every answer forbids sniffing and, whatever a browser makes of it, any script or frame.
    init(status: HTTPResponse.Status = .ok, type: String, bytes: [UInt8]) {
        self.status = status
        self.bytes = bytes
        fields = [
            .contentType: type,
            .contentLength: String(bytes.count),
            .xContentTypeOptions: "nosniff",
            .contentSecurityPolicy:
                "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
            .referrerPolicy: "no-referrer",
            .crossOriginResourcePolicy: "cross-origin",
        ]
    }

    /// Creates an answer whose body is `json`, of media type `application/json`.
    init(status: HTTPResponse.Status = .ok, json: JSONValue) {
        self.init(status: status, type: "application/json", bytes: json.answerBytes)
        fields[.cacheControl] = "no-store"
    }

    /// The status line and header fields.
    var head: HTTPResponse { HTTPResponse(status: status, headerFields: fields) }

    /// The answer as Hummingbird writes it; for HEAD, everything but the body.
    func response(to method: HTTPRequest.Method) -> Response {
        guard method != .head, !bytes.isEmpty else {
            return Response(status: status, headers: fields)
        }
        return Response(
            status: status, headers: fields,
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
    }
}

extension HTTPField.Name {
    static let referrerPolicy = known("Referrer-Policy")
    static let crossOriginResourcePolicy = known("Cross-Origin-Resource-Policy")

    static func known(_ name: String) -> HTTPField.Name {
        guard let name = HTTPField.Name(name) else { preconditionFailure("\(name) is no token") }
        return name
    }
}

extension JSONValue {
    /// The value's bytes with a final newline, for terminals.
    var answerBytes: [UInt8] { CompactJSON.serialize(self) + [0x0a] }
}
