internal import NIOCore
internal import NIOHTTP1

/// Passes the news of a stream on to one connection, never more than one piece at a time.
///
/// A piece that is not taken in time ends the connection. Where there is no news, a comment now and then keeps those between
/// from taking the connection for a dead one.
final class EventFollower {
    private let stream: HTTPEventStream
    private let channel: any Channel
    private let limit: TimeAmount
    /// Hears of every piece that was taken.
    private let taken: () -> Void
    private var version: UInt64 = 0
    private var isWriting = false
    private var hasEnded = false
    private var timer: Scheduled<Void>?

    /// Seconds of silence after which a comment is sent.
    private static let silence = TimeAmount.seconds(15)

    init(_ stream: HTTPEventStream, _ channel: any Channel, limit: TimeAmount, taken: @escaping () -> Void) {
        (self.stream, self.channel, self.limit, self.taken) = (stream, channel, limit, taken)
    }

    /// Begins, on the channel's loop.
    func begin() {
        let own = NIOLoopBound(self, eventLoop: channel.eventLoop)
        stream.join(ObjectIdentifier(channel)) { [channel] in channel.eventLoop.execute { own.value.pass() } }
        pass()
        if !isWriting { write(Array(": nothing yet\n\n".utf8)) }
    }

    /// Ends, when the connection has.
    func end() {
        hasEnded = true
        timer?.cancel()
        stream.leave(ObjectIdentifier(channel))
    }

    private func pass() {
        guard !isWriting, !hasEnded, let (version, bytes) = stream.news(since: version) else { return }
        self.version = version
        write(bytes)
    }

    private func write(_ bytes: [UInt8]) {
        isWriting = true
        timer?.cancel()
        timer = channel.eventLoop.scheduleTask(in: limit) { [channel] in channel.close(promise: nil) }
        let part = HTTPServerResponsePart.body(.byteBuffer(ByteBuffer(bytes: bytes)))
        let own = NIOLoopBound(self, eventLoop: channel.eventLoop)
        channel.writeAndFlush(part).whenComplete { _ in own.value.noteWritten() }
    }

    private func noteWritten() {
        isWriting = false
        guard !hasEnded else { return }
        taken()
        timer?.cancel()
        let own = NIOLoopBound(self, eventLoop: channel.eventLoop)
        timer = channel.eventLoop.scheduleTask(in: Self.silence) { own.value.breakSilence() }
        pass()
    }

    private func breakSilence() {
        if !isWriting, !hasEnded { write(Array(":\n\n".utf8)) }
    }
}
