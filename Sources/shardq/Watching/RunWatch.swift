internal import Evaluation
internal import Messaging
internal import RabbitMQMessaging
internal import WireProtocol

/// What somebody sees who reads the messages of a run along: which mailboxes there are, and a line for each message.
struct RunWatch {
    /// Which messages are wanted.
    struct Filter: Sendable {
        /// By the names of mailboxes, or by their beginnings with a star behind; all where there are none.
        var mailboxes: [String] = []
        /// By AMQP's property `type`, or a part of it between plus signs; all where there are none.
        var types: [String] = []

        func takes(_ copy: RunListener.Copy) -> Bool {
            let isFromThere =
                mailboxes.isEmpty
                || mailboxes.contains {
                    $0.hasSuffix("*") ? copy.mailbox.name.hasPrefix($0.dropLast()) : copy.mailbox.name == $0
                }
            let parts = [copy.type] + copy.type.split(separator: "+").map(String.init)
            return isFromThere && (types.isEmpty || parts.contains(where: types.contains))
        }
    }

    /// A message as it is shown.
    struct Line: Encodable, Sendable {
        let seconds: Double
        let mailbox: String
        let type: String
        let frames: [String]
        /// Why it is no message of the protocol, if it is none.
        let problem: String?

        /// In a line for people.
        var text: String {
            let time = decimal(seconds, places: 3).leftPadded(to: 9)
            let head = "\(time) \(mailbox.padded(to: 16)) \(type.padded(to: 18))"
            let said = frames.isEmpty ? "no frame" : frames.joined(separator: "; ")
            return "\(head) \(said)" + (problem.map { " MALFORMED: \($0)" } ?? "")
        }
    }

    /// What has passed, wanted or not.
    struct Tally {
        private var counts: [String: Int] = [:]
        /// The messages that were wanted.
        private(set) var shown = 0

        mutating func add(_ type: String, isWanted: Bool) {
            counts[type, default: 0] += 1
            if isWanted { shown += 1 }
        }

        /// In a line: so that a filter that has taken nothing is seen to be one.
        var text: String {
            let most = counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { "\($0.value) \($0.key)" }
            return "\(shown) of \(counts.values.reduce(0, +)) messages shown" + (most.isEmpty ? "" : ": ")
                + most.joined(separator: ", ")
        }
    }

    private let listener: RunListener
    private let filter: Filter
    private(set) var tally = Tally()

    init(_ listener: RunListener, _ filter: Filter) {
        self.listener = listener
        self.filter = filter
    }

    /// Whether there is a master; from then on its mailboxes are listened to.
    func findsMaster() throws -> Bool {
        let isThere = try listener.look(at: .control)
        return try listener.look(at: .replies) && isThere
    }

    /// Listens to a worker's mailbox if it is there; others are found when they say that they live, every two seconds.
    func look(forWorker name: String) throws { try listener.look(at: .worker(name)) }

    /// Waits for the next message, and finds workers by what they say of themselves.
    ///
    /// - Returns: Its line; `nil` when none came that is wanted.
    mutating func next(within limit: Duration, at seconds: () -> Double) throws -> Outcome {
        guard let copy = try listener.receive(within: limit) else { return .silence }
        let line = try read(copy, at: seconds())
        let isWanted = filter.takes(copy)
        tally.add(copy.type, isWanted: isWanted)
        return isWanted ? .line(line) : .unwanted
    }

    /// What has come of waiting.
    enum Outcome {
        case line(Line)
        case unwanted
        case silence
    }

    private func read(_ copy: RunListener.Copy, at seconds: Double) throws -> Line {
        var (read, problem) = ([FrameText](), copy.defect)
        do throws(FrameFailure) {
            // Whoever checks that a mailbox is still there sends it no frame.
            for words in copy.body.isEmpty ? [] : try FrameBatch.frames(in: copy.body) {
                read.append(try FrameText(words))
            }
        } catch {
            problem = error.description
        }
        for frame in read { try lookAround(frame, copy.mailbox) }
        return Line(
            seconds: seconds,
            mailbox: copy.mailbox.name,
            type: copy.type,
            frames: read.map(\.description),
            problem: problem
        )
    }

    /// Whoever offers itself or probes asks whether a reader is there, and has to hear that none is.
    private func lookAround(_ frame: FrameText, _ mailbox: Mailbox) throws {
        if frame.sendersMailbox != nil || frame.header?.kind == .probe { try listener.look(at: mailbox) }
        guard let sender = frame.sendersMailbox.map(Mailbox.init(routingKey:)), !listener.hears(sender) else { return }
        try listener.look(at: sender)
    }
}

extension String {
    fileprivate func padded(to width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }
    fileprivate func leftPadded(to width: Int) -> String { String(repeating: " ", count: max(0, width - count)) + self }
}
