internal import NIOCore

/// Counts the bytes of a request before anybody looks at them: those of a line without end are not kept.
///
/// Whoever sends too much is told, and what still comes is thrown away for a while: a connection that is closed before all has
/// been read takes the answer along.
final class RequestMeter: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// The most bytes that are thrown away.
    private static let mostDiscarded = 1 << 20

    private let limits: HTTPLimits
    /// The bytes of the request that is coming.
    private var count = 0
    private var hasHead = false
    private var isDiscarding = false
    private var discarded = 0
    private var context: ChannelHandlerContext?

    init(_ limits: HTTPLimits) {
        self.limits = limits
    }

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

    /// The first line and the headers are there; what comes now is the body.
    func noteHead() { hasHead = true }

    /// A request has been answered; what comes now belongs to another.
    func reset() { (count, hasHead) = (0, false) }

    /// Says that the body may come.
    func askForBody() {
        guard !isDiscarding, let context else { return }
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: "HTTP/1.1 100 Continue\r\n\r\n")), promise: nil)
    }

    /// Ends what this side says; the other side's connection ends with it, or a little later.
    private func endSending() {
        isDiscarding = true
        context?.close(mode: .output, promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let length = unwrapInboundIn(data).readableBytes
        guard !isDiscarding else {
            discarded += length
            if discarded > Self.mostDiscarded { context.close(promise: nil) }
            return
        }
        count += length
        // A head within its limit, and as much of a body as may be, can come in one piece.
        guard count <= limits.headBytes + limits.bodyBytes else {
            return refuse(hasHead ? .contentTooLarge : .headTooLarge)
        }
        context.fireChannelRead(data)
        if !hasHead, count > limits.headBytes { refuse(.headTooLarge) }
    }

    /// Why a request is not read to its end.
    enum Refusal: String {
        case malformed = "400 Bad Request"
        case contentTooLarge = "413 Content Too Large"
        case headTooLarge = "431 Request Header Fields Too Large"
    }

    /// Answers before a request is there as a whole, and reads no further.
    func refuse(_ refusal: Refusal) {
        guard !isDiscarding, let context else { return }
        let words = "HTTP/1.1 \(refusal.rawValue)\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: words)), promise: nil)
        endSending()
    }
}
