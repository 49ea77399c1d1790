import AssayCrypto
import AsyncHTTPClient
import NIOCore
import NIOHTTP1

extension LogClient {
    /// Posts a JSON value to an address that is told of something, and returns once it was taken.
    ///
    /// - Throws: `transport`, or `notUnderstood` with a status other than 2xx.
    package func post(json body: [UInt8], to url: LogURL) async throws(ClientError) {
        try await speaking(to: url).exchange.post(body)
    }
}

extension HTTPExchange {
    /// Posts `body` to the address itself; whoever receives it may answer what it likes.
    fileprivate func post(_ body: [UInt8]) async throws(ClientError) {
        var message = HTTPClientRequest(url: url.text.string)
        message.method = .POST
        message.headers.add(name: "User-Agent", value: "assay")
        message.headers.add(name: "Content-Type", value: "application/json")
        message.body = .bytes(ByteBuffer(bytes: body))
        let status: UInt
        do {
            let answer = try await http.execute(
                message, timeout: TimeAmount(limits.exchangeTimeout))
            status = answer.status.code
            _ = try await answer.body.collect(upTo: limits.problemBytesMax)
        } catch let error as NIOTooManyBytesError {
            throw .notUnderstood(.tooLarge(limit: error.maxBytes ?? limits.problemBytesMax))
        } catch {
            throw .transport(TransportFault(error))
        }
        guard (200..<300).contains(status) else { throw .notUnderstood(.status(Int(status))) }
    }
}
