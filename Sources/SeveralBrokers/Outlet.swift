internal import Messaging

/// An endpoint's connection to one of the brokers.
final class Outlet {
    /// The broker's place in the list.
    let index: Int
    /// The connection.
    let endpoint: any Endpoint
    /// What tells that something has arrived, if the connection stands on a socket.
    let socket: CInt?

    /// Whether the broker has stopped reading.
    var isBlocked = false
    /// What is published when it reads again; the rounds in flight bound it, and `mostHeld`.
    private var held: [(message: Message, mailbox: Mailbox)] = []

    /// Then publishing blocks, as a single broker lets it.
    private static let mostHeld = 1 << 16

    init(_ endpoint: any Endpoint, index: Int) {
        self.endpoint = endpoint
        self.index = index
        socket = (endpoint as? any SocketEndpoint)?.socket
    }

    /// Publishes, or keeps for later: who waits for one broker would leave the others without a sign of life.
    func publish(_ message: Message, to mailbox: Mailbox) throws(MessagingError) {
        if isBlocked || !held.isEmpty {
            if held.count < Self.mostHeld { return held.append((message, mailbox)) }
            try flush()
        }
        try endpoint.publish(message, to: mailbox)
    }

    /// Publishes what was kept, in its order.
    func flush() throws(MessagingError) {
        let waiting = held
        held = []
        for (message, mailbox) in waiting { try endpoint.publish(message, to: mailbox) }
    }
}
