internal import CRabbitMQ
internal import Glibc
internal import Messaging

extension AMQPConnection {
    /// How long the TCP connection and the login may take each.
    private static let handshakeLimit = WaitingTime.seconds(10)

    /// How long the broker may take to answer a declaration; also bounds the farewell.
    private static let answerLimit = WaitingTime.seconds(10)

    /// Connects, logs in and opens the message channel.
    ///
    /// - Parameters:
    ///   - address: Where, and as whom.
    ///   - name: Who connects, for the broker's displays.
    ///   - heartbeat: Seconds; the broker may ask for less.
    /// - Returns: A connection that belongs to the calling thread.
    /// - Throws: `MessagingError` with `unreachable`, `accessRefused` or `configuration`.
    static func open(
        _ address: BrokerAddress,
        as name: String,
        heartbeat: Int
    ) throws(MessagingError) -> AMQPConnection {
        guard let handle = unsafe amqp_new_connection() else {
            throw MessagingError(.unreachable, "no memory for a connection to \(address)")
        }
        do throws(MessagingError) {
            try unsafe openSocket(of: handle, to: address)
            try unsafe logIn(handle, to: address, as: name, heartbeat: heartbeat)
            _ = unsafe amqp_channel_open(handle, messageChannel)
            try unsafe AMQPReply(amqp_get_rpc_reply(handle)).check { $0.loginError(at: address) }
        } catch {
            _ = unsafe amqp_destroy_connection(handle)
            throw error
        }
        return unsafe AMQPConnection(handle: handle, address: address)
    }

    private static func openSocket(
        of handle: amqp_connection_state_t,
        to address: BrokerAddress
    ) throws(MessagingError) {
        var timeout = handshakeLimit.limit
        _ = unsafe amqp_set_handshake_timeout(handle, &timeout)
        var answer = answerLimit.limit
        _ = unsafe amqp_set_rpc_timeout(handle, &answer)

        let socket =
            if let tls = address.tls {
                try unsafe TLSSocket.make(for: handle, to: address.host, options: tls)
            } else {
                // The library turns Nagle's algorithm off (TCP_NODELAY) by itself.
                unsafe amqp_tcp_socket_new(handle)
            }
        guard let socket = unsafe socket else {
            throw MessagingError(.unreachable, "no memory for a connection to \(address)")
        }
        errno = 0
        shardq_forget_tls_errors()
        let status = unsafe amqp_socket_open_noblock(socket, address.host, CInt(address.port), &timeout)
        guard status == AMQP_STATUS_OK.rawValue else {
            // The connect is not blocking: a refusal that comes at once leaves the mark of an operation in progress.
            let systemError = errno == EINPROGRESS ? ECONNREFUSED : errno
            throw AMQPReply.openError(status: status, systemError: systemError, at: address)
        }
    }

    private static func logIn(
        _ handle: amqp_connection_state_t,
        to address: BrokerAddress,
        as name: String,
        heartbeat: Int
    ) throws(MessagingError) {
        let properties = ClientProperties(connectionName: name)
        let reply = unsafe withExtendedLifetime(properties) {
            unsafe withUnsafePointer(to: properties.table) { table in
                unsafe shardq_login_plain(
                    handle,
                    address.virtualHost,
                    CInt(messageChannelCount),
                    CInt(largestFrame),
                    CInt(heartbeat),
                    table,
                    address.credentials.user,
                    address.credentials.password
                )
            }
        }
        try unsafe AMQPReply(reply).check { $0.loginError(at: address) }
    }

    /// The message channel and the topology channel.
    private static let messageChannelCount = 2

    /// The frame size to ask for, in bytes; the broker's own limit (`frame_max`, 128 KiB unless configured) may lower it.
    static let largestFrame = 1 << 20
}
