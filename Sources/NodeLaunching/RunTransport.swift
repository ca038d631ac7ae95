package import Logging
package import Messaging
package import RabbitMQMessaging
internal import SeveralBrokers

/// The way to a run through one broker or several.
package enum RunTransport {
    /// Creates it; does not connect.
    ///
    /// - Parameters:
    ///   - addresses: The brokers, at least one.
    ///   - run: The run's name.
    ///   - note: Hears what brokers say of themselves.
    ///   - logger: Told when one of several is away, and when it is back.
    ///   - monitor: Shows it to whoever asks after the node's health.
    /// - Returns: The transport.
    package static func make(
        to addresses: [BrokerAddress],
        of run: String,
        note: BrokerNote? = nil,
        logger: Logger,
        monitor: NodeMonitor?
    ) -> any Transport {
        let transports = addresses.map { RabbitMQTransport(address: $0, run: run, note: note) }
        guard transports.count > 1 else { return transports[0] }
        let presence = BrokerPresence(addresses.map(\.place)) { logger.warning("\($0)") }
        monitor?.watch(presence)
        return SeveralTransport(transports, presence: presence)
    }
}
