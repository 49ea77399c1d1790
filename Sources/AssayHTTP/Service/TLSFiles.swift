import NIOSSL

/// A server's certificate and its private key, as PEM files.
package struct TLSFiles: Hashable, Sendable {
    /// The certificate, followed by those that it needs up to a root.
    package let certificateChain: String
    /// The private key of the certificate.
    package let privateKey: String

    /// Names the files.
    package init(certificateChain: String, privateKey: String) {
        self.certificateChain = certificateChain
        self.privateKey = privateKey
    }

    /// Reads the files: TLS 1.2 and above, HTTP/1.1.
    func configuration() throws(ServerError) -> TLSConfiguration {
        do {
            let chain = try NIOSSLCertificate.fromPEMFile(certificateChain)
            guard !chain.isEmpty else {
                throw ServerError.badTLSFile("\(certificateChain) holds no certificate")
            }
            var configuration = TLSConfiguration.makeServerConfiguration(
                certificateChain: chain.map { .certificate($0) },
                privateKey: .privateKey(try NIOSSLPrivateKey(file: privateKey, format: .pem)))
            configuration.minimumTLSVersion = .tlsv12
            configuration.applicationProtocols = ["http/1.1"]
            return configuration
        } catch let error as ServerError {
            throw error
        } catch {
            throw .badTLSFile("\(error)")
        }
    }
}
