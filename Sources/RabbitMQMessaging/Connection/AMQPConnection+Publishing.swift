internal import CRabbitMQ
internal import Messaging

extension AMQPConnection {
    /// How many message types are remembered; a run has a dozen.
    private static let mostTypes = 64

    /// Publishes straight from the body's memory; comes back to this endpoint when no queue takes it.
    func publish(_ message: Message, to exchange: AMQPName, key: AMQPName) throws(MessagingError) {
        let handle = try unsafe live()
        let properties = unsafe outgoing.fill(type: typeName(message.type), correlation: message.correlation)
        let status = unsafe message.withBodyBytes { bytes in
            unsafe amqp_basic_publish(
                handle,
                Self.messageChannel,
                exchange.bytes,
                key.bytes,
                1,
                0,
                properties,
                bytes
            )
        }
        guard status == AMQP_STATUS_OK.rawValue else {
            throw fail(AMQPReply.failed(status: status).sessionError(at: address, while: "publish to \(key.text)"))
        }
    }

    /// The name of a message type, made once.
    func typeName(_ text: String) -> AMQPName {
        for name in types where name.text == text { return name }
        let name = AMQPName(text)
        if types.count == Self.mostTypes { types.removeFirst() }
        types.append(name)
        return name
    }
}

extension Message {
    /// Lends the body as the little-endian bytes that travel.
    fileprivate func withBodyBytes<Result>(_ use: (amqp_bytes_t) -> Result) -> Result {
        #if _endian(little)
            unsafe body.withUnsafeBytes { bytes in
                // The library only reads; its type lacks the const.
                unsafe use(amqp_bytes_t(len: bytes.count, bytes: UnsafeMutableRawPointer(mutating: bytes.baseAddress)))
            }
        #else
            unsafe body.map(\.littleEndian).withUnsafeBytes { bytes in
                unsafe use(amqp_bytes_t(len: bytes.count, bytes: UnsafeMutableRawPointer(mutating: bytes.baseAddress)))
            }
        #endif
    }
}
