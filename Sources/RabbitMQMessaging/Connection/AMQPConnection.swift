internal import CRabbitMQ
internal import Messaging

/// A connection of the C library, with one channel for messages; belongs to one thread.
///
/// The C handle and every pointer the library hands out stay behind this type: what leaves it is copied. After a
/// failure the handle is destroyed and every further call throws what went wrong.
@safe
final class AMQPConnection {
    /// Where messages are published and consumed.
    static let messageChannel: amqp_channel_t = 1

    /// Where queues are declared: a refused declaration closes its channel, and must not take the consumers along.
    static let topologyChannel: amqp_channel_t = 2

    let address: BrokerAddress

    /// Seconds between heartbeats as negotiated; 0 means that the broker wants none.
    let heartbeat: Int

    /// Whether the topology channel is open; a refused declaration closes it.
    var hasTopologyChannel = false

    private(set) var failure: MessagingError?
    private(set) var handle: amqp_connection_state_t?

    /// The frame that was read last.
    let frame: UnsafeMutablePointer<amqp_frame_t>

    /// What concerns the whole connection and came while something else was awaited.
    var notices: [MessagingEvent] = []

    /// The only type of exchange a run uses.
    let exchangeType = AMQPName("direct")

    /// The parts of a message's properties that change, in memory the library can read.
    let outgoing = OutgoingProperties()

    /// Names that were seen as message types.
    var types: [AMQPName] = []

    /// Takes over a handle that has logged in.
    init(handle: amqp_connection_state_t, address: BrokerAddress) {
        unsafe self.handle = handle
        self.address = address
        unsafe heartbeat = Int(amqp_get_heartbeat(handle))
        unsafe frame = .allocate(capacity: 1)
        unsafe frame.initialize(to: amqp_frame_t())
    }

    deinit {
        close()
        unsafe frame.deallocate()
    }

    /// The handle, unless the connection has ended.
    func live() throws(MessagingError) -> amqp_connection_state_t {
        guard let handle = unsafe handle else {
            throw failure
                ?? MessagingError(.connectionLost, "this node has disconnected from the broker; connect again")
        }
        return unsafe handle
    }

    /// The socket beneath it; `nil` when the connection has ended.
    var socket: CInt? {
        guard let handle = unsafe handle else { return nil }
        let socket = unsafe amqp_get_sockfd(handle)
        return socket >= 0 ? socket : nil
    }

    /// The broker's product and version in its own words; `nil` when it does not say them.
    var server: String? {
        guard let handle = unsafe handle, let table = unsafe amqp_get_server_properties(handle) else { return nil }
        var told: [String: String] = [:]
        for index in 0..<Int(unsafe table.pointee.num_entries) {
            let entry = unsafe table.pointee.entries[index]
            guard unsafe entry.value.kind == UInt8(AMQP_FIELD_KIND_UTF8.rawValue) else { continue }
            unsafe told[entry.key.text] = unsafe entry.value.value.bytes.text
        }
        guard let product = told["product"], let version = told["version"] else { return nil }
        return "\(product) \(version)"
    }

    /// Ends the connection because of an error, and answers the error to throw.
    func fail(_ error: MessagingError) -> MessagingError {
        if failure == nil { failure = error }
        destroy()
        return error
    }

    /// Says goodbye, so that the broker drops this connection's queues before this returns.
    func close() {
        guard let handle = unsafe handle else { return }
        _ = unsafe amqp_connection_close(handle, AMQP_REPLY_SUCCESS)
        destroy()
    }

    private func destroy() {
        guard let handle = unsafe handle else { return }
        unsafe self.handle = nil
        _ = unsafe amqp_destroy_connection(handle)
    }
}
