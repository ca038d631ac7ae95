internal import NIOCore
internal import NIOHTTP1

/// Answers the requests of one connection, one after another.
final class RequestHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let respond: @Sendable (HTTPRequest) -> HTTPResponse
    private let limits: HTTPLimits
    private let meter: RequestMeter
    private let connections: OpenConnections
    private var head: HTTPRequestHead?
    private var body: [UInt8] = []
    private var deadline: Scheduled<Void>?
    /// The answer that goes on, if this connection has one.
    private var follower: EventFollower?

    init(
        _ respond: @escaping @Sendable (HTTPRequest) -> HTTPResponse,
        _ limits: HTTPLimits,
        _ meter: RequestMeter,
        _ connections: OpenConnections
    ) {
        self.respond = respond
        self.limits = limits
        self.meter = meter
        self.connections = connections
    }

    func channelActive(context: ChannelHandlerContext) {
        setDeadline(context)
        context.fireChannelActive()
    }

    func channelInactive(context: ChannelHandlerContext) {
        deadline?.cancel()
        follower?.end()
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            let length = head.headers.reduce(head.uri.utf8.count) { $0 + $1.name.utf8.count + $1.value.utf8.count + 4 }
            meter.noteHead()
            guard length <= limits.headBytes else { return meter.refuse(.headTooLarge) }
            self.head = head
            body.removeAll()
            // Whoever asks whether to send the body waits for a word before it does.
            if head.headers["Expect"].contains(where: { $0.lowercased() == "100-continue" }) { meter.askForBody() }
        case .body(let part):
            guard head != nil else { return }
            guard body.count + part.readableBytes <= limits.bodyBytes else {
                self.head = nil
                return meter.refuse(.contentTooLarge)
            }
            body.append(contentsOf: part.readableBytesView)
        case .end:
            guard let head else { return }
            self.head = nil
            answer(context, head)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        switch error as? HTTPParserError {
        case .headerOverflow?: meter.refuse(.headTooLarge)
        case _?: meter.refuse(.malformed)
        case nil: context.close(promise: nil)
        }
    }

    private func answer(_ context: ChannelHandlerContext, _ head: HTTPRequestHead) {
        let parts = head.uri.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        let request = HTTPRequest(
            method: head.method.rawValue,
            path: parts.first.map(String.init) ?? "/",
            query: parts.count > 1 ? String(parts[1]) : "",
            body: body,
            host: head.headers.first(name: "Host"),
            origin: head.headers.first(name: "Origin"),
            authorization: head.headers.first(name: "Authorization")
        )
        body.removeAll()
        let response = respond(request)
        if let events = response.events, head.method != .HEAD {
            follow(context, events, response)
        } else {
            send(context, response, withBody: head.method != .HEAD, keepsAlive: head.isKeepAlive)
        }
    }

    /// Answers with a stream; the connection is for nothing else from now on.
    private func follow(_ context: ChannelHandlerContext, _ events: HTTPEventStream, _ response: HTTPResponse) {
        deadline?.cancel()
        meter.reset()
        var headers = Self.headers(of: response)
        headers.add(name: "Connection", value: "close")
        let head = HTTPResponseHead(version: .http1_1, status: .ok, headers: headers)
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        let (channel, connections) = (context.channel, connections)
        let follower = EventFollower(events, channel, limit: .seconds(Int64(limits.seconds))) {
            connections.note(use: channel)
        }
        self.follower = follower
        follower.begin()
    }

    private static func headers(of response: HTTPResponse) -> HTTPHeaders {
        var headers = HTTPHeaders()
        headers.add(name: "Content-Type", value: response.contentType)
        if response.events == nil { headers.add(name: "Content-Length", value: "\(response.body.count)") }
        headers.add(name: "Cache-Control", value: "no-store")
        for (name, value) in response.headers.sorted(by: { $0.key < $1.key }) { headers.add(name: name, value: value) }
        return headers
    }

    private func send(
        _ context: ChannelHandlerContext,
        _ response: HTTPResponse,
        withBody: Bool,
        keepsAlive: Bool
    ) {
        var headers = Self.headers(of: response)
        headers.add(name: "Connection", value: keepsAlive ? "keep-alive" : "close")
        let status = HTTPResponseStatus(statusCode: response.status)
        let head = HTTPResponseHead(version: .http1_1, status: status, headers: headers)
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        if withBody {
            context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(bytes: response.body)))), promise: nil)
        }
        let channel = context.channel
        let sent = context.writeAndFlush(wrapOutboundOut(.end(nil)))
        if !keepsAlive { sent.whenComplete { _ in channel.close(promise: nil) } }
        meter.reset()
        connections.note(use: channel)
        setDeadline(context)
    }

    /// A request that is not there by then, an answer that is not taken, a connection that is not used: each ends it.
    private func setDeadline(_ context: ChannelHandlerContext) {
        deadline?.cancel()
        let channel = context.channel
        deadline = context.eventLoop.scheduleTask(in: .seconds(Int64(limits.seconds))) { channel.close(promise: nil) }
    }
}
