internal import Dispatch
internal import LoopbackSocket
package import Messaging

/// One node's connections to all brokers of a run that it can reach; owned by one thread, and blocking.
///
/// It reads its mailboxes at each broker, so that nodes which differ in what they have reached still find one another. When one
/// connection is lost it fails as a whole: whoever lost messages has to begin again anyway.
package final class SeveralEndpoint: Endpoint {
    private let name: String
    private let transports: [any Transport]
    private let presence: BrokerPresence
    /// By the broker's place in the list; `nil` where it is away.
    private var outlets: [Outlet?]
    private var seekers: [Int: BrokerSeeker]
    private var failure: MessagingError?

    /// Those that this endpoint reads, in the order of their opening.
    private var mailboxes: [Mailbox] = []
    var routes: [Mailbox: Route] = [:]
    /// The mailboxes behind the questions that are open.
    var questions: [UInt64: Mailbox] = [:]
    private var questionCount = UInt64.random(in: 0...(.max >> 1))

    /// The outlets that may have something, the next one last.
    private var ready: [Int] = []
    private var inARow = 0
    /// The brokers that are connected, and their sockets in the same order.
    private var listening: [Int] = []
    private var sockets = SocketSet([])
    private var nextSweep: UInt64 = 0
    private var nextLook: UInt64 = 0

    /// How often each connection is looked at, whatever the others have: it sends its signs of life then.
    private static let sweepInterval: UInt64 = 500_000_000
    /// How often brokers that were away are looked for, and mailboxes that are not at home.
    private static let lookInterval: UInt64 = 1_000_000_000
    /// How long connections without sockets are left alone.
    private static let turn = DispatchTimeInterval.milliseconds(1)
    /// How many events of one connection are taken up before it is the others' turn.
    private static let mostInARow = 64

    init(
        named name: String,
        over transports: [any Transport],
        endpoints: [Int: any Endpoint],
        seekers: [Int: BrokerSeeker],
        presence: BrokerPresence
    ) {
        self.name = name
        self.transports = transports
        self.presence = presence
        self.seekers = seekers
        outlets = transports.indices.map { index in endpoints[index].map { Outlet($0, index: index) } }
        listen()
    }

    deinit {
        disconnect()
    }

    package func open(_ mailbox: Mailbox) throws(MessagingError) {
        try requireConnection()
        if mailboxes.contains(mailbox) { return }
        var opened: [Outlet] = []
        for outlet in attached {
            do throws(MessagingError) {
                try outlet.endpoint.open(mailbox)
            } catch {
                guard error.code == .mailboxTaken else { throw lose(outlet, error) }
                for other in opened {
                    try tending(other) { () throws(MessagingError) in try other.endpoint.close(mailbox) }
                }
                throw error
            }
            opened.append(outlet)
        }
        mailboxes.append(mailbox)
        expectAnything()
    }

    package func close(_ mailbox: Mailbox) throws(MessagingError) {
        try requireConnection()
        guard let position = mailboxes.firstIndex(of: mailbox) else { return }
        mailboxes.remove(at: position)
        for outlet in attached {
            try tending(outlet) { () throws(MessagingError) in try outlet.endpoint.close(mailbox) }
        }
        expectAnything()
    }

    package func publish(_ message: Message, to mailbox: Mailbox) throws(MessagingError) {
        try requireConnection()
        try message.checkSize()
        guard let index = wayOut(for: message, to: mailbox), let outlet = outlets[index] else { return }
        try send(message, to: mailbox, through: outlet)
    }

    package func receive(within limit: Duration) throws(MessagingError) -> MessagingEvent? {
        try requireConnection()
        var now = DispatchTime.now().uptimeNanoseconds
        let end = now + Self.nanoseconds(of: limit)
        var isLastLook = false
        while true {
            if now >= nextSweep {
                nextSweep = now + Self.sweepInterval
                expectAnything()
            }
            if now >= nextLook {
                nextLook = now + Self.lookInterval
                try lookAround()
            }
            if let event = try takeUpNext() { return event }
            if isLastLook { return nil }
            isLastLook = now >= end
            wait(for: isLastLook ? 0 : max(min(end, nextSweep), now) - now)
            now = DispatchTime.now().uptimeNanoseconds
        }
    }

    package func disconnect() {
        if failure == nil { sendHeld() }
        failure =
            failure ?? MessagingError(.connectionLost, "the endpoint of \(name) has been disconnected; connect again")
        for seeker in seekers.values { seeker.abandon() }
        for outlet in attached { outlet.endpoint.disconnect() }
        (seekers, outlets, routes, questions) = ([:], outlets.map { _ in nil }, [:], [:])
        (ready, listening, sockets) = ([], [], SocketSet([]))
    }

    /// Sends what waited for a way to change by the way that it was on: the last word of a run is among it.
    private func sendHeld() {
        for (mailbox, route) in routes {
            guard case .leaving(_, _, let held) = route.step, let outlet = outlets[route.outlet] else { continue }
            for message in held { try? outlet.endpoint.publish(message, to: mailbox) }
        }
    }

    private func requireConnection() throws(MessagingError) {
        if let failure { throw failure }
    }
}

/// The connections.
extension SeveralEndpoint {
    private var attached: [Outlet] { outlets.compactMap(\.self) }

    /// Whether a broker is connected.
    func isAttached(_ index: Int) -> Bool { outlets[index] != nil }

    /// The places of all brokers, those that are away too.
    var brokerCount: Int { outlets.count }

    /// Ends everything, because one connection has ended.
    private func lose(_ outlet: Outlet, _ error: MessagingError) -> MessagingError {
        presence.note(lost: outlet.index, error)
        disconnect()
        failure = error
        return error
    }

    private func tending(
        _ outlet: Outlet,
        _ action: () throws(MessagingError) -> Void
    ) throws(MessagingError) {
        do throws(MessagingError) {
            try action()
        } catch {
            throw lose(outlet, error)
        }
    }

    private func send(_ message: Message, to mailbox: Mailbox, through outlet: Outlet) throws(MessagingError) {
        try tending(outlet) { () throws(MessagingError) in try outlet.publish(message, to: mailbox) }
    }

    /// Publishes through a broker that is connected; nothing happens where it is not.
    func send(_ message: Message, to mailbox: Mailbox, throughBroker index: Int) throws(MessagingError) {
        guard let outlet = outlets[index] else { return }
        try send(message, to: mailbox, through: outlet)
    }

    /// Takes brokers in that are back, and has mailboxes looked for that are not at home.
    private func lookAround() throws(MessagingError) {
        for (index, seeker) in seekers {
            switch seeker.finding() {
            case .endpoint(let endpoint): attach(endpoint, at: index)
            case .none(let failure): if let failure { presence.note(away: index, failure.message) }
            case .refusal(let error): presence.note(away: index, error.message)
            }
        }
        try review()
    }

    /// Opens everything at a broker that is back; who publishes finds out by asking.
    private func attach(_ endpoint: any Endpoint, at index: Int) {
        do throws(MessagingError) {
            for mailbox in mailboxes { try endpoint.open(mailbox) }
        } catch {
            // It has gone again, or still holds a mailbox for a connection that is gone.
            endpoint.disconnect()
            presence.note(away: index, error.message)
            seekers[index] = BrokerSeeker(
                transports[index],
                as: name,
                acceptsRefusals: true,
                news: DispatchSemaphore(value: 0)
            )
            return
        }
        seekers[index] = nil
        outlets[index] = Outlet(endpoint, index: index)
        listen()
        presence.note(there: index)
    }
}

/// What arrives.
extension SeveralEndpoint {
    /// Looks at every connection before the next wait: sockets say nothing of what has been read from them already.
    private func expectAnything() {
        ready = listening.reversed()
    }

    private func listen() {
        listening = outlets.indices.filter { outlets[$0] != nil }
        sockets = SocketSet(attached.compactMap(\.socket))
        expectAnything()
    }

    private func takeUpNext() throws(MessagingError) -> MessagingEvent? {
        // What concerns this endpoint alone must not keep the node from its clock.
        var left = Self.mostInARow
        while left > 0, let index = ready.last, let outlet = outlets[index] {
            var heard: MessagingEvent?
            do throws(MessagingError) {
                heard = try outlet.endpoint.receive(within: .zero)
            } catch {
                throw lose(outlet, error)
            }
            guard let heard else {
                ready.removeLast()
                inARow = 0
                continue
            }
            inARow += 1
            if inARow >= Self.mostInARow {
                inARow = 0
                ready.insert(ready.removeLast(), at: 0)
            }
            if let event = try interpret(heard, from: outlet) { return event }
            left -= 1
        }
        return nil
    }

    /// What came, as the node hears it; `nil` when it concerns this endpoint only.
    private func interpret(_ event: MessagingEvent, from outlet: Outlet) throws(MessagingError) -> MessagingEvent? {
        switch event {
        // Endpoints of RabbitMQ answer by themselves.
        case .delivery(let message, let mailbox) where message.type == RouteQuestion.type:
            guard let question = RouteQuestion(message) else {
                return .malformed(reason: "its question for a route names no mailbox", in: mailbox)
            }
            try send(question.answer, to: question.asker, through: outlet)
            return nil
        case .delivery(let message, _) where message.type == RouteQuestion.answerType:
            try takeUp(answer: message.correlation, isRead: true)
            return nil
        case .returned(RouteQuestion.type, let token, _):
            try takeUp(answer: token, isRead: false)
            return nil
        case .returned(RouteQuestion.answerType, _, _):
            return nil
        case .returned(_, _, let mailbox):
            try seek(mailbox, missingAt: outlet.index)
            return event
        case .blocked(let reason):
            outlet.isBlocked = true
            return .blocked(reason: "\(presence.names[outlet.index]): \(reason)")
        case .unblocked:
            outlet.isBlocked = false
            try tending(outlet) { () throws(MessagingError) in try outlet.flush() }
            return attached.contains(where: \.isBlocked) ? nil : event
        case .delivery, .malformed:
            return event
        }
    }

    /// Waits until a connection may have something, or the time is up; notes those that may.
    private func wait(for nanoseconds: UInt64) {
        guard ready.isEmpty else { return }
        guard sockets.count == listening.count else {
            // Without sockets they are looked at in turn.
            if nanoseconds > 0 { _ = DispatchSemaphore(value: 0).wait(timeout: .now() + Self.turn) }
            return expectAnything()
        }
        guard sockets.awaitReadable(within: nanoseconds) else { return }
        for position in listening.indices.reversed() where sockets.isReadable(position) {
            ready.append(listening[position])
        }
    }

    private static func nanoseconds(of duration: Duration) -> UInt64 {
        let (seconds, attoseconds) = min(max(duration, .zero), .seconds(86_400)).components
        return UInt64(seconds) * 1_000_000_000 + UInt64(attoseconds) / 1_000_000_000
    }

    /// Whether messages to a mailbox wait until those before them have been read at another broker.
    package func isMoving(_ mailbox: Mailbox) -> Bool {
        if case .leaving = routes[mailbox]?.step { true } else { false }
    }

    /// A question that nobody else has.
    func nextToken(about mailbox: Mailbox) -> UInt64 {
        questionCount += 1
        questions[questionCount] = mailbox
        return questionCount
    }

    /// The mailbox under which others know this endpoint.
    var ownMailbox: Mailbox? { mailboxes.first }
}
