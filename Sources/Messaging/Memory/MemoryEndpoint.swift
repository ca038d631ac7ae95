/// One node's place at a `MemoryExchange`.
final class MemoryEndpoint: Endpoint {
    private let name: String
    private let exchange: MemoryExchange
    private let inbox = MemoryInbox()
    private var mailboxes: [Mailbox] = []
    private var isConnected = true

    /// Events taken from the inbox in one go, the newest first.
    private var taken: [MessagingEvent] = []

    init(named name: String, on exchange: MemoryExchange) {
        self.name = name
        self.exchange = exchange
    }

    deinit {
        disconnect()
    }

    func open(_ mailbox: Mailbox) throws(MessagingError) {
        try requireConnection()
        if mailboxes.contains(mailbox) { return }
        inbox.admit(mailbox)
        guard exchange.bind(mailbox, to: inbox) else {
            inbox.expel(mailbox)
            throw .taken(mailbox)
        }
        mailboxes.append(mailbox)
    }

    func close(_ mailbox: Mailbox) throws(MessagingError) {
        try requireConnection()
        giveUp(mailbox)
    }

    func publish(_ message: Message, to mailbox: Mailbox) throws(MessagingError) {
        try requireConnection()
        try message.checkSize()
        if !exchange.route(message, to: mailbox) {
            inbox.put(.returned(type: message.type, correlation: message.correlation, from: mailbox))
        }
    }

    func receive(within limit: Duration) throws(MessagingError) -> MessagingEvent? {
        try requireConnection()
        if taken.isEmpty {
            inbox.take(into: &taken, within: limit)
            taken.reverse()
        }
        return taken.popLast()
    }

    func disconnect() {
        for mailbox in mailboxes { giveUp(mailbox) }
        taken = []
        isConnected = false
    }

    private func giveUp(_ mailbox: Mailbox) {
        guard let index = mailboxes.firstIndex(of: mailbox) else { return }
        mailboxes.remove(at: index)
        exchange.unbind(mailbox)
        inbox.expel(mailbox)
        taken.removeAll { $0.isDelivery(in: mailbox) }
    }

    private func requireConnection() throws(MessagingError) {
        guard isConnected else {
            throw MessagingError(.connectionLost, "the endpoint of \(name) has been disconnected; connect again")
        }
    }
}
