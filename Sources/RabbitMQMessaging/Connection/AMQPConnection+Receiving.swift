internal import CRabbitMQ
internal import Messaging

/// What the broker sent over the message channel; a reader is the number in which its consumer's tag ends.
enum Incoming {
    case delivery(Content, reader: UInt64)
    case returned(Content, key: String)
    /// The broker ended a consumer: its queue is gone.
    case cancelled(reader: UInt64)
    case notice(MessagingEvent)
}

extension AMQPConnection {
    /// Waits for what comes next.
    ///
    /// The library sends the heartbeats while it waits, and notices when the broker's stay away; it never waits longer
    /// than half a heartbeat in one go.
    ///
    /// - Parameters:
    ///   - limit: How long to wait. The rest of a message that has begun to arrive is waited for beyond it.
    ///   - start: When the waiting began.
    /// - Returns: What came, or `nil` when the time was up.
    /// - Throws: `MessagingError` with `connectionLost` or `accessRefused`.
    func receive(
        within limit: WaitingTime,
        since start: WaitingTime
    ) throws(MessagingError) -> Incoming? {
        if let notice = notices.first {
            notices.removeFirst()
            return .notice(notice)
        }
        let longest = heartbeat > 0 ? WaitingTime.milliseconds(heartbeat * 500) : .seconds(30)
        var rest = limit
        while true {
            // Frees what the previous frames held; nothing of it is referred to any more.
            unsafe amqp_maybe_release_buffers(try live())
            if try readFrame(within: min(rest, longest)) {
                if let incoming = try interpretFrame() { return incoming }
            } else if rest == .zero {
                return nil
            }
            rest = max(limit - (WaitingTime.now - start), .zero)
        }
    }

    /// Reads the next frame into `frame`; answers whether one came in time.
    ///
    /// The library rounds to milliseconds, which is nothing in a long wait; a short one is waited for here, when the library
    /// has nothing left that came before.
    func readFrame(within limit: WaitingTime) throws(MessagingError) -> Bool {
        guard limit > .zero, limit < Self.longWait, let socket else { return try readFrame(waitingWithin: limit) }
        if try readFrame(waitingWithin: .zero) { return true }
        return shardq_await_readable(socket, limit.nanoseconds) != 0 ? try readFrame(waitingWithin: .zero) : false
    }

    /// What is waited for by the library, to whole milliseconds.
    private static var longWait: WaitingTime { .milliseconds(20) }

    private func readFrame(waitingWithin limit: WaitingTime) throws(MessagingError) -> Bool {
        var timeout = limit.limit
        let status = unsafe amqp_simple_wait_frame_noblock(try live(), frame, &timeout)
        if status == AMQP_STATUS_OK.rawValue { return true }
        if status == AMQP_STATUS_TIMEOUT.rawValue { return false }
        throw fail(AMQPReply.failed(status: status).sessionError(at: address, while: "receive"))
    }

    /// Understands the frame that was read last, and reads what belongs to it; `nil` when it concerns nobody.
    private func interpretFrame() throws(MessagingError) -> Incoming? {
        guard unsafe frame.pointee.frame_type == UInt8(AMQP_FRAME_METHOD) else { return nil }
        let method = unsafe frame.pointee.payload.method
        switch (unsafe method.id, unsafe method.decoded) {
        case (AMQPMethod.basicDeliver, let decoded?):
            let deliver = unsafe decoded.assumingMemoryBound(to: amqp_basic_deliver_t.self)
            let reader = unsafe deliver.pointee.consumer_tag.numberBehindMark
            let content = try readContent(isWanted: reader != nil)
            return reader.map { .delivery(content, reader: $0) }
        case (AMQPMethod.basicReturn, let decoded?):
            let returned = unsafe decoded.assumingMemoryBound(to: amqp_basic_return_t.self)
            let key = unsafe returned.pointee.routing_key.text
            return .returned(try readContent(isWanted: false), key: key)
        case (AMQPMethod.basicCancel, let decoded?):
            let cancel = unsafe decoded.assumingMemoryBound(to: amqp_basic_cancel_t.self)
            let reader = unsafe cancel.pointee.consumer_tag.numberBehindMark
            return reader.map { .cancelled(reader: $0) }
        default:
            try unsafe note(method)
            return notices.isEmpty ? nil : .notice(notices.removeFirst())
        }
    }

    /// Takes note of a method that concerns the connection or the whole channel.
    func note(_ method: amqp_method_t) throws(MessagingError) {
        switch (unsafe method.id, unsafe method.decoded) {
        case (AMQPMethod.connectionBlocked, let decoded?):
            let blocked = unsafe decoded.assumingMemoryBound(to: amqp_connection_blocked_t.self)
            notices.append(.blocked(reason: unsafe blocked.pointee.reason.text))
        case (AMQPMethod.connectionUnblocked, _):
            notices.append(.unblocked)
        case (AMQPMethod.connectionClose, _), (AMQPMethod.channelClose, _):
            throw fail(unsafe AMQPReply(closing: method).sessionError(at: address, while: "receive"))
        default:
            break
        }
    }
}
