internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix
internal import ProcessLimits

/// Answers HTTP/1.1 on a thread of its own, which shares nothing with what the process does besides.
///
/// Whatever is sent to it costs time in proportion to its bytes, memory below its limits, and ends within them.
public final class HTTPService: Sendable {
    /// Where it listens: `127.0.0.1:9400`, `[::1]:9400`.
    public let endpoint: String

    private let group: MultiThreadedEventLoopGroup
    private let listener: any Channel
    private let connections: OpenConnections
    private let limits: HTTPLimits

    private init(
        _ group: MultiThreadedEventLoopGroup,
        _ listener: any Channel,
        _ connections: OpenConnections,
        _ limits: HTTPLimits,
        endpoint: String
    ) {
        self.group = group
        self.listener = listener
        self.connections = connections
        self.limits = limits
        self.endpoint = endpoint
    }

    /// Begins to listen.
    ///
    /// - Parameters:
    ///   - address: An IPv4 or IPv6 address of this machine.
    ///   - port: The port; 0 for any that is free.
    ///   - routes: What is answered; anything else is answered with 404.
    ///   - limits: How much others may do.
    /// - Returns: The service, until `stop()`.
    /// - Throws: `HTTPFailure` when the address is none, or is taken.
    public static func start(
        address: String,
        port: UInt16,
        routes: [HTTPRoute],
        limits: HTTPLimits = HTTPLimits()
    ) async throws(HTTPFailure) -> HTTPService {
        try await start(address: address, port: port, limits: limits) { HTTPRoute.answer($0, by: routes) }
    }

    /// Begins to listen, for somebody who finds his way by himself.
    ///
    /// - Parameters:
    ///   - address: An IPv4 or IPv6 address of this machine.
    ///   - port: The port; 0 for any that is free.
    ///   - limits: How much others may do.
    ///   - respond: Answers every request; runs on the service's thread, so it must not wait.
    /// - Returns: The service, until `stop()`.
    /// - Throws: `HTTPFailure` when the address is none, or is taken.
    public static func start(
        address: String,
        port: UInt16,
        limits: HTTPLimits = HTTPLimits(),
        respond: @escaping @Sendable (HTTPRequest) -> HTTPResponse
    ) async throws(HTTPFailure) -> HTTPService {
        let place: SocketAddress
        do {
            place = try SocketAddress(ipAddress: address, port: Int(port))
        } catch {
            throw HTTPFailure(description: "'\(address)' is no IP address")
        }
        let group = try oneThread(for: "to answer at port \(port)")
        let connections = OpenConnections(limit: limits.connections)
        do {
            let listener = try await bootstrap(group, respond, limits, connections).bind(to: place).get()
            let endpoint = text(listener.localAddress) ?? "\(address):\(port)"
            return HTTPService(group, listener, connections, limits, endpoint: endpoint)
        } catch {
            try? await group.shutdownGracefully()
            throw HTTPFailure(description: reason(of: error))
        }
    }

    /// Stops listening and closes every connection, whatever is under way on it.
    public func stop() async {
        try? await listener.close()
        try? await group.shutdownGracefully()
    }

    /// Stops listening, lets requests that have begun to come be answered, and ends.
    ///
    /// Connections without one are closed at once, the others behind their answers; none is waited for longer than the limits say.
    public func drain() async {
        try? await listener.close()
        let open = connections.all
        for channel in open { channel.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent()) }
        let late = group.next().scheduleTask(in: .seconds(Int64(limits.seconds))) {
            for channel in open { channel.close(promise: nil) }
        }
        for channel in open { try? await channel.closeFuture.get() }
        late.cancel()
        await stop()
    }

    private static func bootstrap(
        _ group: MultiThreadedEventLoopGroup,
        _ respond: @escaping @Sendable (HTTPRequest) -> HTTPResponse,
        _ limits: HTTPLimits,
        _ connections: OpenConnections
    ) -> ServerBootstrap {
        ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 128)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelOption(.maxMessagesPerRead, value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let meter = RequestMeter(limits)
                    let pipeline = channel.pipeline.syncOperations
                    try pipeline.addHandler(meter)
                    try pipeline.configureHTTPServerPipeline(withPipeliningAssistance: true, withErrorHandling: false)
                    try pipeline.addHandler(RequestHandler(respond, limits, meter, connections))
                    connections.add(channel)
                }
            }
    }

    private static func text(_ address: SocketAddress?) -> String? {
        guard let address, let host = address.ipAddress, let port = address.port else { return nil }
        return host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
    }

    /// A thread of its own for connections; the package ends the process where there is none.
    static func oneThread(for thing: String) throws(HTTPFailure) -> MultiThreadedEventLoopGroup {
        do throws(BeyondLimit) {
            try ThreadBudget.own.check(1, stackSize: 8 << 20, for: thing, "end other programs of this user")
        } catch {
            throw HTTPFailure(description: error.description)
        }
        return MultiThreadedEventLoopGroup(numberOfThreads: 1)
    }

    /// What stands in the way, as the system says it: "address already in use".
    static func reason(of error: any Error) -> String {
        switch error {
        case let error as NIOConnectionError: reason(of: error)
        case let error as IOError: reason(of: error)
        case ChannelError.connectTimeout(_): "no answer in time"
        case ChannelError.eof: "the connection was closed without an answer"
        case is HTTPParserError: "what answers speaks no HTTP"
        default: "\(error)"
        }
    }

    /// From "connect(descriptor:addr:size:): Connection refused (errno: 111)".
    private static func reason(of error: IOError) -> String {
        let text = error.description
        guard let end = text.firstRange(of: /\)? \(errno: \d+\)/)?.lowerBound else { return text }
        return text[..<end].split(separator: ": ").last.map { $0.lowercased() } ?? text
    }

    /// A name may have several addresses: the first that was tried tells most.
    private static func reason(of error: NIOConnectionError) -> String {
        guard let attempt = error.connectionErrors.first else { return "no such host" }
        return reason(of: attempt.error)
    }
}
