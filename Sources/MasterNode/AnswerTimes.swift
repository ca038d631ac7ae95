internal import Messaging

/// Times the answers of each worker, by the messages that come and go; the master itself looks at no clock.
struct AnswerTimes {
    /// The mean time of each worker in seconds: of the latest few dozens of answers.
    private(set) var seconds: [String: Double] = [:]
    private var open: [UInt64: (mailbox: Mailbox, begin: ContinuousClock.Instant)] = [:]

    /// What the latest answer counts.
    private static let weight = 0.05
    /// More questions than this are not open at a time; those of a worker that is gone are forgotten.
    private static let mostOpen = 4096

    /// Notes a message that leaves.
    mutating func notePublished(_ message: Message, to mailbox: Mailbox) {
        guard mailbox.isOfWorker, message.type.hasSuffix("COMPUTE_Q") else { return }
        if open.count >= Self.mostOpen { open = [:] }
        open[message.correlation] = (mailbox, .now)
    }

    /// Notes an event before the master takes it up.
    mutating func noteHeard(_ event: MessagingEvent) {
        guard case .delivery(let message, .replies) = event, message.type == "Q_VALUES",
            let (mailbox, begin) = open.removeValue(forKey: message.correlation)
        else { return }
        let taken = (ContinuousClock.now - begin) / .seconds(1)
        let name = String(mailbox.name.dropFirst(Mailbox.worker("").name.count))
        let before = seconds[name] ?? taken
        seconds[name] = before + Self.weight * (taken - before)
    }
}
