import NIOCore

/// The handler nearest to the socket: keeps a connection's time limits and closes it without
/// losing what was already answered.
///
/// It sees bytes, not requests; ``RequestGuard`` tells it where requests begin and end.
final class ConnectionGuard: ChannelDuplexHandler {
    typealias InboundIn = NIOAny
    typealias OutboundIn = IOData

    /// Whether this connection exceeds the number that is served.
    let isSurplus: Bool
    let limits: HTTPLimits
    private(set) var clock: ConnectionClock
    private let table: ConnectionTable
    private let entry: ConnectionTable.Entry
    /// Set by ``RequestGuard``: called when a request did not arrive in its time.
    var onSlowRequest: (() -> Void)?

    private var timer: Scheduled<Void>?
    private var timerDeadline: NIODeadline?
    private var isDraining = false
    /// Whether the client has said that nothing more follows, or has gone.
    private var isInputClosed = false
    private var hasEnded = false
    private var closePromises: [EventLoopPromise<Void>] = []
    private var isCloseWanted = false

    init(
        limits: HTTPLimits, table: ConnectionTable, entry: ConnectionTable.Entry,
        isSurplus: Bool, at now: NIODeadline
    ) {
        self.limits = limits
        self.table = table
        self.entry = entry
        self.isSurplus = isSurplus
        clock = ConnectionClock(
            requestTimeout: TimeAmount(limits.requestTimeout),
            idleTimeout: TimeAmount(limits.idleTimeout), at: now)
        entry.note(clock)
    }

    /// Changes what is known about the connection and sets the timer accordingly.
    func note(_ context: ChannelHandlerContext, _ change: (inout ConnectionClock) -> Void) {
        change(&clock)
        entry.note(clock)
        setTimer(context)
    }

    /// Ends the connection after the answer just written.
    ///
    /// No more output follows, and input is thrown away until the client closes or the linger time
    /// is over. Closing at once would reset the connection of a client that is still sending, and
    /// lose the answer.
    func linger(_ context: ChannelHandlerContext) {
        isDraining = true
        let deadline = context.eventLoop.now + TimeAmount(limits.lingerTimeout)
        note(context) { $0.linger(until: deadline) }
    }

    func handlerAdded(context: ChannelHandlerContext) { setTimer(context) }

    func handlerRemoved(context: ChannelHandlerContext) { end() }

    func channelInactive(context: ChannelHandlerContext) {
        end()
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isDraining else { return }
        let now = context.eventLoop.now
        note(context) { $0.received(at: now) }
        context.fireChannelRead(data)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .some(.inputClosed) = event as? ChannelEvent {
            isInputClosed = true
            guard !isDraining else { return finishClosing(context) }
            context.fireUserInboundEventTriggered(event)
            return closeIfSpent(context)
        }
        if event is ConnectionDisplaced {
            finishClosing(context)
            return
        }
        context.fireUserInboundEventTriggered(event)
    }

    func write(
        context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?
    ) {
        let now = context.eventLoop.now
        let count = unwrapOutboundIn(data).readableBytes
        note(context) { $0.writeBegan(at: now) }
        table.wrote(count, to: entry, limits: limits)
        let written = promise ?? context.eventLoop.makePromise(of: Void.self)
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        written.futureResult.whenComplete { _ in
            let (guardian, context) = bound.value
            guardian.table.took(count, from: guardian.entry)
            guardian.writeEnded(context)
        }
        context.write(data, promise: written)
    }

    func close(
        context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?
    ) {
        guard mode == .all, isDraining || clock.hasPendingWrites, !hasEnded else {
            context.close(mode: mode, promise: promise)
            return
        }
        if let promise { closePromises.append(promise) }
        isCloseWanted = true
        if !isDraining { context.flush() }
    }

    private func writeEnded(_ context: ChannelHandlerContext) {
        guard !hasEnded else { return }
        let now = context.eventLoop.now
        note(context) { $0.writeEnded(at: now) }
        if isCloseWanted, !isDraining, !clock.hasPendingWrites { finishClosing(context) }
        closeIfSpent(context)
    }

    /// Closes when the last answer to a client that sends nothing more is written: it may be gone,
    /// and then nothing else would say so before the connection has been idle for long.
    private func closeIfSpent(_ context: ChannelHandlerContext) {
        if isInputClosed, !isDraining, clock.isQuiet { finishClosing(context) }
    }

    private func finishClosing(_ context: ChannelHandlerContext) {
        guard !hasEnded else { return }
        let promises = closePromises
        closePromises = []
        end()
        let closed = context.eventLoop.makePromise(of: Void.self)
        for promise in promises { closed.futureResult.cascade(to: promise) }
        context.close(mode: .all, promise: closed)
    }

    private func end() {
        hasEnded = true
        timer?.cancel()
        timer = nil
        onSlowRequest = nil
        // The channel is closed: whoever asked for that has it.
        for promise in closePromises { promise.succeed() }
        closePromises = []
    }

    /// A timer that is too early costs one look; so it is replaced only when it is too late.
    private func setTimer(_ context: ChannelHandlerContext) {
        guard !hasEnded, let next = clock.nextExpiry else { return }
        if let timerDeadline, timer != nil, timerDeadline <= next.deadline { return }
        timer?.cancel()
        timerDeadline = next.deadline
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        timer = context.eventLoop.scheduleTask(deadline: next.deadline) {
            let (guardian, context) = bound.value
            guardian.timerFired(context)
        }
    }

    private func timerFired(_ context: ChannelHandlerContext) {
        timer = nil
        guard !hasEnded, let next = clock.nextExpiry else { return }
        guard next.deadline <= context.eventLoop.now else {
            setTimer(context)
            return
        }
        switch next.expiry {
        case .slowRequest where onSlowRequest != nil:
            // Once: what follows is the time to read the answer.
            let answer = onSlowRequest
            onSlowRequest = nil
            answer?()
            setTimer(context)
        case .idle, .slowRequest, .unreadAnswer, .lingered, .stopped:
            finishClosing(context)
        }
    }
}
