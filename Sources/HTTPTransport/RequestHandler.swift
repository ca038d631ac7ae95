internal import NIOCore
internal import NIOHTTP1

/// Answers the requests of one connection, one after another.
final class RequestHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let routes: [HTTPRoute]
    private let limits: HTTPLimits
    private let meter: RequestMeter
    private let connections: OpenConnections
    private var head: HTTPRequestHead?
    private var body: [UInt8] = []
    private var deadline: Scheduled<Void>?

    init(_ routes: [HTTPRoute], _ limits: HTTPLimits, _ meter: RequestMeter, _ connections: OpenConnections) {
        self.routes = routes
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
            body: body
        )
        body.removeAll()
        send(context, response(to: request), withBody: head.method != .HEAD, keepsAlive: head.isKeepAlive)
    }

    private func response(to request: HTTPRequest) -> HTTPResponse {
        let there = routes.filter { $0.path == request.path }
        if there.isEmpty { return HTTPResponse(status: 404, "there is nothing here\n") }
        guard let route = there.first(where: { $0.methods.contains(request.method) }) else {
            return HTTPResponse(status: 405, "not by \(request.method)\n")
        }
        return route.respond(request)
    }

    private func send(
        _ context: ChannelHandlerContext,
        _ response: HTTPResponse,
        withBody: Bool,
        keepsAlive: Bool
    ) {
        var headers = HTTPHeaders()
        headers.add(name: "Content-Type", value: response.contentType)
        headers.add(name: "Content-Length", value: "\(response.body.count)")
        headers.add(name: "Cache-Control", value: "no-store")
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
