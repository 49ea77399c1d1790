import HTTPTypes
import NIOCore
import NIOHTTP1
import NIOHTTPTypes

/// The handler behind the HTTP decoder: follows requests and answers, answers what the decoder
/// refuses and what arrives too slowly, and ends a connection that cannot be used again.
///
/// Between one connection's requests and their answers there is an order, which it keeps: an
/// answer to a broken request waits until the requests before it are answered.
final class RequestGuard: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    private let onRefusal: @Sendable (Problem) -> Void
    private var connection: ConnectionGuard?
    private var connectionContext: ChannelHandlerContext?
    /// Requests whose head was read and whose answer is not written.
    private var unanswered = 0
    /// Whether the newest request's last byte is still to come.
    private var isReceiving = false
    /// Whether an answer's head is written and its end is not.
    private var isAnswering = false
    /// Whether the connection ends with the answer in progress, or the last one due.
    private var endsAfterAnswer = false
    private var clientWantsEnd = false
    private var failure: Problem?
    private var hasEnded = false

    /// Creates a guard that reports every problem it answers by itself.
    init(onRefusal: @escaping @Sendable (Problem) -> Void) { self.onRefusal = onRefusal }

    func handlerAdded(context: ChannelHandlerContext) {
        let pipeline = context.pipeline.syncOperations
        let outer: ChannelHandlerContext
        do {
            outer = try pipeline.context(handlerType: ConnectionGuard.self)
        } catch {
            preconditionFailure("a request guard needs its connection guard: \(error)")
        }
        guard let connection = outer.handler as? ConnectionGuard else {
            preconditionFailure("the context of a connection guard holds another handler")
        }
        connectionContext = outer
        self.connection = connection
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        connection.onSlowRequest = {
            let (guardian, context) = bound.value
            guardian.fail(.requestTimeout(connection.limits), context)
            context.fireErrorCaught(RequestTimeout())
        }
        if context.channel.isActive { refuseSurplus(context) }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        connection = nil
        connectionContext = nil
    }

    func channelActive(context: ChannelHandlerContext) {
        context.fireChannelActive()
        refuseSurplus(context)
    }

    private func refuseSurplus(_ context: ChannelHandlerContext) {
        guard let connection, connection.isSurplus else { return }
        fail(.tooManyConnections(connection.limits), context)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        // What follows a broken or a last request is not read as a request.
        guard failure == nil, !hasEnded, !clientWantsEnd || isReceiving else { return }
        let now = context.eventLoop.now
        switch unwrapInboundIn(data) {
        case .head(let head):
            unanswered += 1
            isReceiving = true
            if let connection, unanswered > connection.limits.pipelinedMax {
                return fail(.tooManyPipelined(connection.limits), context)
            }
            clientWantsEnd = head.headerFields[values: .connection].contains {
                $0.utf8.split(separator: UInt8(ascii: ",")).contains { option in
                    option.filter { $0 != 0x20 && $0 != 0x09 }
                        .elementsEqual("close".utf8) { $0 | 0x20 == $1 }
                }
            }
            note { $0.requestBegan(at: now) }
            invite(head, context)
        case .body: break
        case .end:
            isReceiving = false
            note { $0.requestArrived() }
        }
        context.fireChannelRead(data)
    }

    /// Asks for the body of a request that waits to be asked (RFC 9110 section 10.1.1), unless its
    /// announced size is refused anyway.
    private func invite(_ head: HTTPRequest, _ context: ChannelHandlerContext) {
        guard let connection, unanswered == 1, head.headerFields[.expect] == "100-continue",
            (head.headerFields[.contentLength].flatMap { Int($0) } ?? 0)
                <= connection.limits.batchBytesMax
        else { return }
        context.writeAndFlush(
            wrapOutboundOut(.head(HTTPResponse(status: .continue))), promise: nil)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        switch error {
        case HTTPParserError.headerOverflow:
            if let connection { fail(.headersTooLarge(connection.limits), context) }
        case is IOError, is ChannelError:
            // The client went away: there is nobody to answer.
            hasEnded = true
        default:
            // The decoder's complaints, and the codec's about a head that has no meaning.
            fail(.malformedRequest, context)
        }
        context.fireErrorCaught(error)
    }

    func write(
        context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?
    ) {
        guard !hasEnded else {
            promise?.fail(ChannelError.outputClosed)
            return
        }
        switch unwrapOutboundIn(data) {
        case .head(let head) where head.status.kind == .informational:
            context.write(data, promise: promise)
        case .head(var head):
            // The rest of a body that nobody waits for would be taken for the next request.
            if unanswered == 1 && (isReceiving || clientWantsEnd)
                || head.headerFields[.connection] == "close"
            {
                endsAfterAnswer = true
                head.headerFields[.connection] = "close"
            }
            isAnswering = true
            context.write(wrapOutboundOut(.head(head)), promise: promise)
        case .body:
            context.write(data, promise: promise)
        case .end:
            isAnswering = false
            unanswered -= 1
            let now = context.eventLoop.now
            note { $0.answered(at: now) }
            context.write(data, promise: promise)
            if endsAfterAnswer { end(context) } else { answerFailure(context) }
        }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if event is ChannelShouldQuiesceEvent, let connection {
            let deadline = context.eventLoop.now + TimeAmount(connection.limits.stopTimeout)
            note { $0.stop(at: deadline) }
            if unanswered > 0 { clientWantsEnd = true }
        }
        context.fireUserInboundEventTriggered(event)
    }

    /// Remembers that nothing more can be read, and answers so as soon as it is its turn.
    private func fail(_ problem: Problem, _ context: ChannelHandlerContext) {
        guard failure == nil, !hasEnded else { return }
        failure = problem
        note { $0.requestArrived() }
        answerFailure(context)
    }

    private func answerFailure(_ context: ChannelHandlerContext) {
        guard let failure, !hasEnded, unanswered == (isReceiving ? 1 : 0) else { return }
        guard !isAnswering else {
            // The broken request's answer has begun, so that this one cannot be told.
            endsAfterAnswer = true
            return
        }
        onRefusal(failure)
        let response = failure.response(closing: true)
        context.write(wrapOutboundOut(.head(response.head)), promise: nil)
        context.write(wrapOutboundOut(.body(ByteBuffer(bytes: response.bytes))), promise: nil)
        context.write(wrapOutboundOut(.end(nil)), promise: nil)
        end(context)
    }

    private func end(_ context: ChannelHandlerContext) {
        hasEnded = true
        context.flush()
        if let connection, let connectionContext { connection.linger(connectionContext) }
        context.close(mode: .output, promise: nil)
    }

    private func note(_ change: (inout ConnectionClock) -> Void) {
        if let connection, let connectionContext { connection.note(connectionContext, change) }
    }
}

/// A request that did not arrive whole in its time.
struct RequestTimeout: Error {}
