import MasterNode
import Messaging
import TabularLearning
import WorkerNode

/// A master and its workers as values, with mailboxes between them and no threads.
///
/// Which mailbox delivers next is drawn from a seed: within a mailbox messages keep their order, across mailboxes
/// anything may happen, as with a broker.
struct SteppedCluster {
    enum Ending {
        case finished(Master)
        case failed(MasterFailure)
        case stuck
    }

    var master: Master
    var workers: [Worker]
    private(set) var refusals: [String] = []
    private(set) var reports: [String] = []
    private var queues: [(mailbox: Mailbox, messages: [Message])] = []
    private var owners: [(mailbox: Mailbox, worker: Int?)] = [(.control, nil), (.replies, nil)]
    private var random: SplitMix64

    init(master: Master, workerCount: Int, seed: UInt64) {
        self.master = master
        random = SplitMix64(state: seed)
        workers = (0..<workerCount).map { Worker(id: "w\($0)") }
        for index in workers.indices {
            owners.append((workers[index].mailbox, index))
            publish(workers[index].offer())
        }
    }

    /// Delivers until the master ends or nothing is left to deliver.
    mutating func run() -> Ending {
        while true {
            let ready = queues.indices.filter { !queues[$0].messages.isEmpty }
            guard !ready.isEmpty else { return .stuck }
            let chosen = ready[random.nextIndex(below: ready.count)]
            let message = queues[chosen].messages.removeFirst()
            if let ending = deliver(message, in: queues[chosen].mailbox) { return ending }
        }
    }

    /// Puts a message into a mailbox, as a stranger would.
    mutating func inject(_ message: Message, into mailbox: Mailbox) {
        enqueue(message, mailbox)
    }

    private mutating func deliver(_ message: Message, in mailbox: Mailbox) -> Ending? {
        guard let owner = owners.first(where: { $0.mailbox == mailbox }) else {
            return perform(
                master.receive(.returned(type: message.type, correlation: message.correlation, from: mailbox))
            )
        }
        let event = MessagingEvent.delivery(message, in: mailbox)
        guard let worker = owner.worker else { return perform(master.receive(event)) }
        for action in workers[worker].receive(event) {
            switch action {
            case .open(let mailbox): owners.append((mailbox, worker))
            case .publish: publish(action)
            case .report(let text): reports.append(text)
            case .fail(let failure): refusals.append(failure.description)
            case .finish: break
            }
        }
        return nil
    }

    private mutating func perform(_ actions: [Master.Action]) -> Ending? {
        for action in actions {
            switch action {
            case .publish(let message, let mailbox): enqueue(message, mailbox)
            case .report(let text): reports.append(text)
            case .finish: return .finished(master)
            case .fail(let failure): return .failed(failure)
            }
        }
        return nil
    }

    private mutating func publish(_ action: Worker.Action) {
        if case .publish(let message, let mailbox) = action { enqueue(message, mailbox) }
    }

    private mutating func enqueue(_ message: Message, _ mailbox: Mailbox) {
        if let index = queues.firstIndex(where: { $0.mailbox == mailbox }) {
            queues[index].messages.append(message)
        } else {
            queues.append((mailbox, [message]))
        }
    }
}
