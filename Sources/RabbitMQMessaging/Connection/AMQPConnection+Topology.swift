internal import CRabbitMQ
internal import Messaging

/// Declarations answer whether the broker refused them; they throw when the connection ended.
extension AMQPConnection {
    private static var noArguments: amqp_table_t { unsafe amqp_table_t(num_entries: 0, entries: nil) }

    /// Declares a direct exchange that disappears with its last binding.
    ///
    /// It is its own alternate exchange, which leads nowhere, so that no policy can give it another: messages for a mailbox
    /// that is gone have to come back, for nothing else tells that somebody is.
    func declareExchange(_ exchange: AMQPName) throws(MessagingError) -> AMQPReply {
        let key = AMQPName("alternate-exchange")
        var argument = unsafe amqp_table_entry_t()
        unsafe argument.key = key.bytes
        unsafe argument.value.kind = UInt8(AMQP_FIELD_KIND_UTF8.rawValue)
        unsafe argument.value.value.bytes = exchange.bytes
        return try withExtendedLifetime(key) { () throws(MessagingError) in
            try unsafe onTopologyChannel("declare exchange \(exchange.text)") { handle in
                unsafe withUnsafeMutablePointer(to: &argument) { entries in
                    _ = unsafe amqp_exchange_declare(
                        handle,
                        Self.topologyChannel,
                        exchange.bytes,
                        exchangeType.bytes,
                        0,
                        0,
                        1,
                        0,
                        amqp_table_t(num_entries: 1, entries: entries)
                    )
                }
            }
        }
    }

    /// Declares a queue that only this connection may use and that disappears with it.
    func declareQueue(_ queue: AMQPName) throws(MessagingError) -> AMQPReply {
        try unsafe onTopologyChannel("declare queue \(queue.text)") { handle in
            _ = unsafe amqp_queue_declare(
                handle,
                Self.topologyChannel,
                queue.bytes,
                0,
                0,
                1,
                1,
                Self.noArguments
            )
        }
    }

    /// The same for a queue that keeps so many messages at most, and of more drops the oldest.
    func declareQueue(_ queue: AMQPName, mostMessages: Int32) throws(MessagingError) -> AMQPReply {
        let key = AMQPName("x-max-length")
        var argument = unsafe amqp_table_entry_t()
        unsafe argument.key = key.bytes
        unsafe argument.value.kind = UInt8(AMQP_FIELD_KIND_I32.rawValue)
        unsafe argument.value.value.i32 = mostMessages
        return try withExtendedLifetime(key) { () throws(MessagingError) in
            try unsafe onTopologyChannel("declare queue \(queue.text)") { handle in
                unsafe withUnsafeMutablePointer(to: &argument) { entries in
                    let arguments = unsafe amqp_table_t(num_entries: 1, entries: entries)
                    _ = unsafe amqp_queue_declare(handle, Self.topologyChannel, queue.bytes, 0, 0, 1, 1, arguments)
                }
            }
        }
    }

    /// Asks whether there is a queue, without making one.
    func findQueue(_ queue: AMQPName) throws(MessagingError) -> AMQPReply {
        try unsafe onTopologyChannel("look for queue \(queue.text)") { handle in
            _ = unsafe amqp_queue_declare(handle, Self.topologyChannel, queue.bytes, 1, 0, 0, 0, Self.noArguments)
        }
    }

    /// Lets an exchange put messages with a routing key into a queue.
    func bind(_ queue: AMQPName, to exchange: AMQPName, key: AMQPName) throws(MessagingError) -> AMQPReply {
        try unsafe onTopologyChannel("bind queue \(queue.text) to exchange \(exchange.text)") { handle in
            _ = unsafe amqp_queue_bind(
                handle,
                Self.topologyChannel,
                queue.bytes,
                exchange.bytes,
                key.bytes,
                Self.noArguments
            )
        }
    }

    /// Has an exchange no longer put messages with a routing key into a queue.
    func unbind(_ queue: AMQPName, from exchange: AMQPName, key: AMQPName) throws(MessagingError) -> AMQPReply {
        try unsafe onTopologyChannel("unbind queue \(queue.text) from exchange \(exchange.text)") { handle in
            _ = unsafe amqp_queue_unbind(
                handle,
                Self.topologyChannel,
                queue.bytes,
                exchange.bytes,
                key.bytes,
                Self.noArguments
            )
        }
    }

    /// Deletes a queue; one that is gone already is no error.
    func deleteQueue(_ queue: AMQPName) throws(MessagingError) -> AMQPReply {
        try unsafe onTopologyChannel("delete queue \(queue.text)") { handle in
            _ = unsafe amqp_queue_delete(handle, Self.topologyChannel, queue.bytes, 0, 0)
        }
    }

    /// Asks for the messages of a queue, unacknowledged: the rounds in flight bound how many wait.
    func consume(_ queue: AMQPName, tag: AMQPName) throws(MessagingError) {
        let handle = try unsafe live()
        _ = unsafe amqp_basic_consume(handle, Self.messageChannel, queue.bytes, tag.bytes, 0, 1, 1, Self.noArguments)
        try unsafe settle(AMQPReply(amqp_get_rpc_reply(handle)), after: "consume queue \(queue.text)")
    }

    /// Asks for no more messages; those on the way still arrive.
    func cancel(tag: AMQPName) throws(MessagingError) {
        let handle = try unsafe live()
        _ = unsafe amqp_basic_cancel(handle, Self.messageChannel, tag.bytes)
        try unsafe settle(AMQPReply(amqp_get_rpc_reply(handle)), after: "cancel consumer \(tag.text)")
    }

    /// Runs one declaration on the channel for them, and answers what the broker said to it.
    private func onTopologyChannel(
        _ action: String,
        _ declare: (amqp_connection_state_t) -> Void
    ) throws(MessagingError) -> AMQPReply {
        let handle = try unsafe live()
        if !hasTopologyChannel {
            _ = unsafe amqp_channel_open(handle, Self.topologyChannel)
            try unsafe settle(AMQPReply(amqp_get_rpc_reply(handle)), after: action)
            hasTopologyChannel = true
        }
        unsafe declare(handle)
        let reply = unsafe AMQPReply(amqp_get_rpc_reply(handle))
        if case .refused(_, _, closesConnection: false) = reply {
            hasTopologyChannel = false
            // The broker has closed the channel and waits for this before it can be opened again.
            var closed = amqp_channel_close_ok_t()
            _ = unsafe amqp_send_method(handle, Self.topologyChannel, AMQPMethod.channelCloseOK, &closed)
            return reply
        }
        try settle(reply, after: action)
        return reply
    }

    /// Ends the connection unless the answer is normal.
    private func settle(_ reply: AMQPReply, after action: String) throws(MessagingError) {
        if case .normal = reply { return }
        throw fail(reply.sessionError(at: address, while: action))
    }
}
