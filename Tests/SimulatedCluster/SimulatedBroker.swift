internal import Messaging
internal import TabularLearning

/// A broker without a network: connections, mailboxes, and what is on its way between them.
///
/// It promises what RabbitMQ does and no more. What one connection publishes is routed in order, a mailbox keeps its
/// order, and what a connection is told (deliveries and returns) reaches it in the order of the telling. Across
/// connections and mailboxes anything may happen first. A connection that is cut takes its mailboxes along.
struct SimulatedBroker {
    /// One node's connection.
    struct Connection {
        /// Published and not yet routed.
        var outbound: [(message: Message, mailbox: Mailbox)] = []
        /// Told and not yet read.
        var inbound: [MessagingEvent] = []
        var isOpen = true
        /// Nothing of what it has published is routed before this many events have happened.
        var waitsUntil = 0
    }

    private struct Queue {
        let mailbox: Mailbox
        let reader: Int
        var messages: [Message] = []
    }

    private(set) var connections: [Connection] = []
    private var queues: [Queue] = []

    /// What the broker can do next.
    enum Step {
        case route(connection: Int)
        case tell(queue: Int)
    }

    mutating func connect() -> Int {
        connections.append(Connection())
        return connections.count - 1
    }

    /// Makes a mailbox; answers whether it was free.
    mutating func open(_ mailbox: Mailbox, for connection: Int) -> Bool {
        guard connections[connection].isOpen else { return true }
        if let queue = queues.first(where: { $0.mailbox == mailbox }) { return queue.reader == connection }
        queues.append(Queue(mailbox: mailbox, reader: connection))
        return true
    }

    /// Takes a message; one from a connection that is cut is lost.
    mutating func publish(_ message: Message, to mailbox: Mailbox, from connection: Int) {
        guard connections[connection].isOpen else { return }
        connections[connection].outbound.append((message, mailbox))
    }

    /// Takes the oldest event that a connection has been told.
    mutating func read(_ connection: Int) -> MessagingEvent? {
        connections[connection].inbound.isEmpty ? nil : connections[connection].inbound.removeFirst()
    }

    /// Lets nothing of what a connection has published be routed for a while.
    mutating func delay(_ connection: Int, until event: Int) { connections[connection].waitsUntil = event }

    /// Everything that can happen next.
    func steps(at event: Int) -> [Step] {
        connections.indices.filter { !connections[$0].outbound.isEmpty && connections[$0].waitsUntil <= event }.map {
            .route(connection: $0)
        }
            + queues.indices.filter { !queues[$0].messages.isEmpty }.map { .tell(queue: $0) }
    }

    /// Does one of `steps`; `twice` makes a message that is told come again right behind itself.
    mutating func perform(_ step: Step, twice: Bool) {
        switch step {
        case .route(let connection):
            let (message, mailbox) = connections[connection].outbound.removeFirst()
            if let queue = queues.firstIndex(where: { $0.mailbox == mailbox }) {
                queues[queue].messages.append(message)
            } else {
                connections[connection].inbound.append(
                    .returned(type: message.type, correlation: message.correlation, from: mailbox)
                )
            }
        case .tell(let queue):
            let event = MessagingEvent.delivery(queues[queue].messages.removeFirst(), in: queues[queue].mailbox)
            connections[queues[queue].reader].inbound += twice ? [event, event] : [event]
        }
    }

    /// Cuts a connection: a beginning of what it published and of what it was told is still taken up.
    mutating func cut(_ connection: Int, _ random: inout SplitMix64) {
        guard connections[connection].isOpen else { return }
        for _ in 0..<random.nextIndex(below: connections[connection].outbound.count + 1) {
            perform(.route(connection: connection), twice: false)
        }
        connections[connection].isOpen = false
        connections[connection].outbound = []
        let kept = random.nextIndex(below: connections[connection].inbound.count + 1)
        connections[connection].inbound.removeLast(connections[connection].inbound.count - kept)
        queues.removeAll { $0.reader == connection }
    }

    /// Loses everything at once, as a broker that restarts does.
    mutating func restart(_ random: inout SplitMix64) {
        for connection in connections.indices {
            connections[connection].outbound = []
            cut(connection, &random)
        }
    }

    /// Ends a connection whose node is dead: nothing of what it was told is read.
    mutating func abandon(_ connection: Int, _ random: inout SplitMix64) {
        cut(connection, &random)
        connections[connection].inbound = []
    }
}
