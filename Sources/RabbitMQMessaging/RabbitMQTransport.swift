public import Messaging

/// Connects the nodes of a run through RabbitMQ.
///
/// The run's exchange is `shardq.<run>`, direct and transient; a mailbox is an exclusive queue
/// `shardq.<run>.<mailbox>` bound to it under the mailbox's name. Everything disappears with the last node.
public struct RabbitMQTransport: Transport {
    /// The broker.
    public let address: BrokerAddress

    /// The run's name: nodes with the same name meet.
    public let run: String

    /// The heartbeat to ask for, in seconds; the broker may ask for less.
    public let heartbeat: Int

    /// Hears what the broker says of itself.
    private let note: BrokerNote?

    /// Creates a transport; does not connect.
    ///
    /// - Parameters:
    ///   - address: The broker.
    ///   - run: The run's name, at most 100 bytes.
    ///   - heartbeat: Seconds, 1 or more. An endpoint must call `receive` at least every half heartbeat; when it does
    ///     not for two heartbeats, the broker takes it for dead.
    ///   - note: Hears what the broker says of itself.
    public init(address: BrokerAddress, run: String, heartbeat: Int = 10, note: BrokerNote? = nil) {
        self.address = address
        self.run = run
        self.heartbeat = heartbeat
        self.note = note
    }

    /// Opens a connection and joins the run's exchange.
    ///
    /// - Parameter name: Who connects; RabbitMQ's displays show it with the run's name.
    /// - Returns: An endpoint that belongs to the calling thread.
    /// - Throws: `MessagingError` with `unreachable`, `accessRefused` or `configuration`.
    public func connect(as name: String) throws(MessagingError) -> any Endpoint {
        let connection = try AMQPConnection.open(address, as: "shardq \(run) \(name)", heartbeat: heartbeat)
        note?.take(connection.server, of: address)
        let endpoint = RabbitMQEndpoint(connection: connection, run: run)
        try endpoint.join()
        return endpoint
    }
}
