internal import CRabbitMQ
internal import Messaging

/// How a call that waits for the broker's answer ended; a copy of the library's three kinds of reply.
enum AMQPReply {
    case normal
    /// The library gave up, with one of its status numbers.
    case failed(status: CInt)
    /// The broker closed the channel or the connection, with AMQP's reply code and text.
    case refused(code: Int, text: String, closesConnection: Bool)

    init(_ reply: amqp_rpc_reply_t) {
        switch unsafe reply.reply_type {
        case AMQP_RESPONSE_NORMAL: self = .normal
        case AMQP_RESPONSE_SERVER_EXCEPTION: self = unsafe Self(closing: reply.reply)
        case AMQP_RESPONSE_LIBRARY_EXCEPTION: self = unsafe .failed(status: reply.library_error)
        default: self = .failed(status: AMQP_STATUS_SOCKET_CLOSED.rawValue)
        }
    }

    /// Reads connection.close or channel.close.
    init(closing method: amqp_method_t) {
        switch (unsafe method.id, unsafe method.decoded) {
        case (AMQPMethod.connectionClose, let decoded?):
            let close = unsafe decoded.assumingMemoryBound(to: amqp_connection_close_t.self).pointee
            self = unsafe .refused(code: Int(close.reply_code), text: close.reply_text.text, closesConnection: true)
        case (AMQPMethod.channelClose, let decoded?):
            let close = unsafe decoded.assumingMemoryBound(to: amqp_channel_close_t.self).pointee
            self = unsafe .refused(code: Int(close.reply_code), text: close.reply_text.text, closesConnection: false)
        default:
            self = .failed(status: AMQP_STATUS_WRONG_METHOD.rawValue)
        }
    }

    /// Throws what a closure makes of an answer that is not normal.
    func check(_ error: (AMQPReply) -> MessagingError) throws(MessagingError) {
        if case .normal = self { return }
        throw error(self)
    }

    /// The reason for people.
    var reason: String {
        switch self {
        case .normal: "no error"
        case .failed(let status): Self.reason(of: status)
        case .refused(let code, let text, _): "\(code) \(text)"
        }
    }

    static func reason(of status: CInt) -> String {
        unsafe String(cString: amqp_error_string2(status))
    }
}

/// AMQP 0-9-1's reply codes that get an answer of their own.
enum AMQPReplyCode {
    static let accessRefused = 403
    static let notFound = 404
    static let resourceLocked = 405
    static let notAllowed = 530

    /// What a broker refuses for good: whoever connects again and does the same is refused again.
    ///
    /// Content that is too large, a precondition such as the size of a message, a frame, a method or an argument. Not among them: 320, the broker ends; 404 and 405, a queue of a node that is not yet gone; 504 and above, its own state.
    static let permanent: Set<Int> = [311, 313, 406, 501, 502, 503, 540]
}

/// The methods a broker sends without being asked, by number.
enum AMQPMethod {
    static let connectionClose = UInt32(AMQP_CONNECTION_CLOSE_METHOD)
    static let connectionBlocked = UInt32(AMQP_CONNECTION_BLOCKED_METHOD)
    static let connectionUnblocked = UInt32(AMQP_CONNECTION_UNBLOCKED_METHOD)
    static let channelClose = UInt32(AMQP_CHANNEL_CLOSE_METHOD)
    static let channelCloseOK = UInt32(AMQP_CHANNEL_CLOSE_OK_METHOD)
    static let basicCancel = UInt32(AMQP_BASIC_CANCEL_METHOD)
    static let basicReturn = UInt32(AMQP_BASIC_RETURN_METHOD)
    static let basicDeliver = UInt32(AMQP_BASIC_DELIVER_METHOD)
}
