internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix

/// One GET request to a service, for programs that ask whether it is well.
public struct HTTPQuestion: Sendable {
    /// What was answered.
    public struct Answer: Sendable {
        /// The status: 200.
        public let status: Int
        /// The body, cut off behind 64 KiB.
        public let body: [UInt8]
    }

    private let host: String
    private let port: UInt16
    private let path: String

    /// Names whom to ask for what.
    ///
    /// - Parameters:
    ///   - host: A name, or an IPv4 or IPv6 address without brackets.
    ///   - port: The port.
    ///   - path: The path, with a slash in front.
    public init(host: String, port: UInt16, path: String) {
        self.host = host
        self.port = port
        self.path = path
    }

    /// Asks.
    ///
    /// - Parameter limit: How long it may take from the connection to the answer's last byte.
    /// - Returns: The answer, whatever its status; `nil` when there was none in time.
    /// - Throws: `HTTPFailure` when there is nobody, or what is answered is no HTTP.
    public func ask(within limit: Duration) async throws(HTTPFailure) -> Answer? {
        let group = try HTTPService.oneThread(for: "to ask \(host)")
        let answer = await Self.result(of: request(on: group.next(), within: limit))
        try? await group.shutdownGracefully()
        return try answer.get()
    }

    private static func result(of answer: EventLoopFuture<Answer?>) async -> Result<Answer?, HTTPFailure> {
        do {
            return .success(try await answer.get())
        } catch {
            return .failure(HTTPFailure(description: HTTPService.reason(of: error)))
        }
    }

    private func request(on loop: any EventLoop, within limit: Duration) -> EventLoopFuture<Answer?> {
        let promise = loop.makePromise(of: Answer?.self)
        let time = TimeAmount.milliseconds(
            limit.components.seconds * 1000 + limit.components.attoseconds / 1_000_000_000_000_000
        )
        let timer = loop.scheduleTask(in: time) { promise.succeed(nil) }
        let (host, port, path) = (host, port, path)
        ClientBootstrap(group: loop)
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHTTPClientHandlers()
                    let handler = AnswerHandler(
                        host: host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)",
                        path,
                        promise
                    )
                    try channel.pipeline.syncOperations.addHandler(handler)
                }
            }
            .connectTimeout(time)
            .connect(host: host, port: Int(port))
            .whenFailure { promise.fail($0) }
        promise.futureResult.whenComplete { _ in timer.cancel() }
        return promise.futureResult
    }
}

/// Sends the request and collects the answer.
private final class AnswerHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPClientResponsePart
    typealias OutboundOut = HTTPClientRequestPart

    private static let longestBody = 64 << 10
    private let host: String
    private let path: String
    private let promise: EventLoopPromise<HTTPQuestion.Answer?>
    private var status = 0
    private var body: [UInt8] = []

    init(host: String, _ path: String, _ promise: EventLoopPromise<HTTPQuestion.Answer?>) {
        self.host = host
        self.path = path
        self.promise = promise
    }

    func channelActive(context: ChannelHandlerContext) {
        let headers = HTTPHeaders([("Host", host), ("Connection", "close")])
        let head = HTTPRequestHead(version: .http1_1, method: .GET, uri: path, headers: headers)
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head): status = Int(head.status.code)
        case .body(let part): body.append(contentsOf: part.readableBytesView.prefix(Self.longestBody - body.count))
        case .end:
            promise.succeed(HTTPQuestion.Answer(status: status, body: body))
            context.close(promise: nil)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        promise.fail(error)
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        promise.fail(ChannelError.eof)
        context.fireChannelInactive()
    }
}
