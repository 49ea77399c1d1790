import NIOCore
import NIOPosix

@testable import AssayHTTP

/// A TCP connection that sends what no HTTP client would send.
struct RawConnection {
    let channel: NIOAsyncChannel<ByteBuffer, ByteBuffer>

    /// Runs `body` with a connection to `address` and closes it afterwards.
    ///
    /// - Parameter source: the loopback address that it comes from.
    static func with<Result: Sendable>(
        _ address: ListenAddress, from source: String = "127.0.0.1",
        _ body: (inout Reader, Writer) async throws -> Result
    ) async throws -> Result {
        let channel = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .bind(to: SocketAddress(ipAddress: source, port: 0))
            .channelOption(.allowRemoteHalfClosure, value: true)
            .connect(host: address.host, port: address.port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(
                        wrappingChannelSynchronously: channel,
                        configuration: .init(isOutboundHalfClosureEnabled: true))
                }
            }
        return try await channel.executeThenClose { inbound, outbound in
            var reader = Reader(iterator: inbound.makeAsyncIterator())
            return try await body(&reader, Writer(channel: channel.channel, outbound: outbound))
        }
    }

    /// What the server sends.
    struct Reader {
        var iterator: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator
        private var pending = ""

        init(iterator: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator) {
            self.iterator = iterator
        }

        /// Everything until the server ends the connection; a reset counts as an end.
        mutating func untilEnd() async -> String {
            var text = pending
            pending = ""
            do {
                while let buffer = try await iterator.next(isolation: #isolation) {
                    text += String(buffer: buffer)
                }
            } catch {
                text += "[\(error)]"
            }
            return text
        }

        /// Reads `count` bytes and throws them away; false if the server ends before.
        mutating func count(_ count: Int) async throws -> Bool {
            var missing = count - pending.utf8.count
            pending = ""
            while missing > 0, let buffer = try await iterator.next(isolation: #isolation) {
                missing -= buffer.readableBytes
            }
            return missing == 0
        }

        /// Everything up to and with `mark`, or what there was before the end.
        mutating func until(_ mark: String) async throws -> String {
            while true {
                if let range = pending.utf8.firstRange(of: Array(mark.utf8)) {
                    let text = String(pending[..<range.upperBound])
                    pending = String(pending[range.upperBound...])
                    return text
                }
                guard let buffer = try await iterator.next(isolation: #isolation) else {
                    return pending
                }
                pending += String(buffer: buffer)
            }
        }
    }

    /// What the client sends.
    struct Writer {
        let channel: any Channel
        let outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>

        /// Sends bytes; a server that has gone away is no error, since tests look at its answer.
        func send(_ text: String) async {
            do {
                try await outbound.write(ByteBuffer(string: text))
            } catch {
                // Seen as the end of what is read.
            }
        }

        /// Says that nothing more follows, while still reading.
        func endSending() { outbound.finish() }

        /// Sends `piece` again and again with pauses, until the connection ends.
        func trickle(_ piece: String, every pause: TimeAmount) {
            let channel = channel
            channel.eventLoop.scheduleRepeatedTask(initialDelay: pause, delay: pause) { task in
                guard channel.isActive else { return task.cancel() }
                channel.writeAndFlush(ByteBuffer(string: piece), promise: nil)
            }
        }
    }
}

/// The status codes of the answers in `text`, in order.
func statuses(_ text: String) -> [Int] {
    text.split(separator: "HTTP/1.1 ", omittingEmptySubsequences: false).dropFirst()
        .compactMap { Int($0.prefix(3)) }
}
