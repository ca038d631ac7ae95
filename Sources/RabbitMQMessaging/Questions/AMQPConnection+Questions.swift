internal import CRabbitMQ
internal import Messaging

/// What is read of a question.
struct QuestionContent {
    /// Where the answer is to go, if it says so and in UTF-8.
    var replyTo: String?
    /// What tells the asker's questions apart: any bytes.
    var correlation: [UInt8] = []
    var type = ""
    /// `nil` where it is longer than the limit.
    var body: [UInt8]?

    fileprivate init(_ properties: amqp_basic_properties_t?) {
        guard let properties = unsafe properties else { return }
        func has(_ flag: CInt) -> Bool { unsafe properties._flags & amqp_flags_t(flag) != 0 }
        if has(AMQP_BASIC_REPLY_TO_FLAG) { replyTo = unsafe properties.reply_to.validText }
        if has(AMQP_BASIC_TYPE_FLAG) { type = unsafe properties.type.text }
        if has(AMQP_BASIC_CORRELATION_ID_FLAG) { correlation = unsafe Array(properties.correlation_id.buffer) }
    }
}

/// Messages whose bodies are bytes and whose properties are anybody's.
extension AMQPConnection {
    /// Reads the header and the body of a question.
    ///
    /// - Parameter limit: The most bytes of a body that is kept.
    /// - Returns: What is asked, and where the answer goes.
    /// - Throws: `MessagingError` with `connectionLost`.
    func readQuestion(limit: Int) throws(MessagingError) -> QuestionContent {
        try readContentFrame(UInt8(AMQP_FRAME_HEADER))
        let header = unsafe frame.pointee.payload.properties
        let properties = unsafe header.decoded.map {
            unsafe $0.assumingMemoryBound(to: amqp_basic_properties_t.self).pointee
        }
        var content = unsafe QuestionContent(properties)
        let byteCount = unsafe header.body_size
        let isKept = byteCount <= UInt64(limit)
        var body: [UInt8] = []
        try unsafe readFragments(byteCount) { _, fragment in
            if isKept { unsafe body.append(contentsOf: fragment) }
        }
        if isKept { content.body = body }
        return content
    }

    /// Publishes bytes to whoever takes them; nothing comes back where nobody does.
    func publish(
        _ body: [UInt8],
        contentType: AMQPName,
        type: AMQPName,
        correlation: [UInt8],
        to exchange: AMQPName,
        key: AMQPName
    ) throws(MessagingError) {
        let handle = try unsafe live()
        let status = unsafe body.withUnsafeBytes { bytes in
            unsafe correlation.withUnsafeBytes { mark in
                var properties = unsafe amqp_basic_properties_t()
                unsafe properties._flags = amqp_flags_t(AMQP_BASIC_CONTENT_TYPE_FLAG | AMQP_BASIC_TYPE_FLAG)
                unsafe properties.content_type = contentType.bytes
                unsafe properties.type = type.bytes
                if unsafe !mark.isEmpty {
                    unsafe properties._flags |= amqp_flags_t(AMQP_BASIC_CORRELATION_ID_FLAG)
                    unsafe properties.correlation_id = Self.lent(mark)
                }
                return unsafe amqp_basic_publish(
                    handle,
                    Self.messageChannel,
                    exchange.bytes,
                    key.bytes,
                    0,
                    0,
                    &properties,
                    Self.lent(bytes)
                )
            }
        }
        guard status == AMQP_STATUS_OK.rawValue else {
            throw fail(AMQPReply.failed(status: status).sessionError(at: address, while: "answer to \(key.text)"))
        }
    }

    /// The library only reads; its type lacks the const.
    private static func lent(_ bytes: UnsafeRawBufferPointer) -> amqp_bytes_t {
        unsafe amqp_bytes_t(len: bytes.count, bytes: UnsafeMutableRawPointer(mutating: bytes.baseAddress))
    }
}
