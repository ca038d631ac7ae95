package import Messaging

/// A transport that measures how long it takes to the first answers to a message with rounds.
package struct MeteredTransport: Transport {
    package let base: any Transport
    package let meter: DurationMeter

    /// Takes all of it.
    package init(base: any Transport, meter: DurationMeter) {
        self.base = base
        self.meter = meter
    }

    package func connect(as name: String) throws(MessagingError) -> any Endpoint {
        MeteredEndpoint(base: try base.connect(as: name), meter: meter)
    }
}

/// An endpoint that notes when messages of rounds leave and when their answers come.
private final class MeteredEndpoint: Endpoint {
    private let base: any Endpoint
    private let meter: DurationMeter
    private let clock = ContinuousClock()
    private var sent: [Question: ContinuousClock.Instant] = [:]

    /// A message by the words of its header that an answer repeats: shard, then sequence.
    private struct Question: Hashable {
        let shard: UInt32
        let sequence: UInt64

        init?(_ message: Message) {
            guard message.body.count > 3 else { return nil }
            shard = message.body[3]
            sequence = message.correlation
        }
    }

    init(base: any Endpoint, meter: DurationMeter) {
        self.base = base
        self.meter = meter
    }

    func open(_ mailbox: Mailbox) throws(MessagingError) { try base.open(mailbox) }

    func close(_ mailbox: Mailbox) throws(MessagingError) { try base.close(mailbox) }

    func publish(_ message: Message, to mailbox: Mailbox) throws(MessagingError) {
        if message.type.hasSuffix("COMPUTE_Q"), let question = Question(message) { sent[question] = clock.now }
        try base.publish(message, to: mailbox)
    }

    func receive(within limit: Duration) throws(MessagingError) -> MessagingEvent? {
        let event = try base.receive(within: limit)
        if case .delivery(let message, .replies)? = event, message.type == "Q_VALUES",
            let question = Question(message), let start = sent.removeValue(forKey: question)
        {
            meter.add(clock.now - start)
        }
        return event
    }

    func disconnect() { base.disconnect() }
}
