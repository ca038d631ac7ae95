import Messaging
import MessagingTestSupport
import SeveralBrokers
import Synchronization
import Testing

/// Brokers in memory, and the way to all of them.
private struct Brokers: Sendable {
    let all: [FragileBroker]
    let presence: BrokerPresence
    let transport: SeveralTransport
    let words = Words()

    final class Words: Sendable {
        private let spoken = Mutex<[String]>([])
        func add(_ sentence: String) { spoken.withLock { $0.append(sentence) } }
        var all: [String] { spoken.withLock { $0 } }
    }

    init(_ count: Int) {
        let names = (0..<count).map { "broker-\($0)" }
        all = names.map { FragileBroker($0) }
        let words = words
        presence = BrokerPresence(names) { words.add($0) }
        transport = SeveralTransport(all.map(\.transport), presence: presence)
    }

    /// Another node's way to the same brokers; it shares nothing else with the first.
    var another: SeveralTransport {
        SeveralTransport(all.map(\.transport), presence: BrokerPresence(presence.names) { _ in })
    }
}

extension Endpoint {
    /// Gives an endpoint the time to look after itself until something is so.
    fileprivate func serve(with others: [any Endpoint] = [], until condition: () throws -> Bool) throws {
        let deadline = ContinuousClock.now + .seconds(60)
        while try !condition() {
            try #require(ContinuousClock.now < deadline, "not within 60 s")
            for endpoint in [self] + others { _ = try endpoint.receive(within: .milliseconds(5)) }
        }
    }
}

private func onOneThread(_ body: @escaping @Sendable () throws -> Void) async throws {
    try await DedicatedThread.run(named: "test") { try body() }
}

@Suite("Several brokers that know nothing of one another", .timeLimit(.minutes(3)))
struct SeveralTransportTests {
    @Test("keep the contract of every transport", arguments: MessagingContract.all)
    func keepTheContract(_ behaviour: MessagingContract) async throws {
        try await behaviour.check(MessagingContract.Runs(run: Brokers(3).transport, otherRun: Brokers(3).transport))
    }

    @Test("have the mailboxes spread over them")
    func spreadMailboxes() async throws {
        try await onOneThread {
            let brokers = Brokers(3)
            let reader = try brokers.another.connect(as: "reader")
            for number in 0..<6 { try reader.open(.worker("w\(number)")) }
            let writer = try brokers.transport.connect(as: "writer")
            for number in 0..<6 {
                let message = Message(type: "a", correlation: UInt64(number), body: [])
                try writer.publish(message, to: .worker("w\(number)"))
            }
            let arrived = try (0..<6).map { _ in try reader.nextDelivery().message.correlation }
            #expect(arrived.sorted() == Array(0..<6))
            #expect(brokers.all.map(\.published) == [2, 2, 2])
            #expect(brokers.presence.absence == nil)
            reader.disconnect()
            writer.disconnect()
        }
    }

    @Test("lose one as a connection is lost, and go on with the others until it is back")
    func loseOne() async throws {
        try await onOneThread {
            let brokers = Brokers(3)
            let lost = try brokers.transport.connect(as: "node")
            try lost.open(.worker("w1"))
            brokers.all[1].kill()
            let error = #expect(throws: MessagingError.self) {
                try lost.serve { false }
            }
            #expect(error?.code == .connectionLost && error?.message.contains("broker-1") == true)
            #expect(throws: MessagingError.self) {
                try lost.publish(Message(type: "a", correlation: 0, body: []), to: .replies)
            }
            lost.disconnect()

            let next = try brokers.transport.connect(as: "node")
            try next.open(.worker("w1"))
            #expect(brokers.presence.absence == "broker broker-1 is away (nobody answers at broker-1)")
            try next.publish(Message(type: "b", correlation: 1, body: []), to: .worker("w1"))
            #expect(try next.nextDelivery().message.type == "b")

            let before = brokers.all[1].published
            brokers.all[1].restart()
            try next.serve { brokers.presence.absence == nil }
            // Home again, which takes a question at both brokers.
            try next.serve {
                try next.publish(Message(type: "c", correlation: 2, body: []), to: .worker("w1"))
                return brokers.all[1].published > before + 3
            }
            let words = brokers.words.all
            #expect(
                words.count == 2 && words[0].contains("2 of 3 are there") && words[1].contains("is back"),
                "\(words)"
            )
            next.disconnect()
        }
    }

    @Test("keep the order of messages to a mailbox that goes home")
    func keepOrderOnTheWayHome() async throws {
        try await onOneThread {
            let brokers = Brokers(2)
            brokers.all[1].kill()
            let reader = try brokers.another.connect(as: "reader")
            try reader.open(.worker("w1"))
            let writer = try brokers.transport.connect(as: "writer")
            try writer.open(.replies)
            brokers.all[1].restart()
            var (sent, arrived) = (UInt64(0), UInt64(0))
            var sentAtHome = 0
            let deadline = ContinuousClock.now + .seconds(60)
            // The reader is slow: what was sent through the other broker still lies there when the mailbox goes home.
            while sentAtHome < 200 {
                try #require(ContinuousClock.now < deadline)
                if sent - arrived < 50 {
                    try writer.publish(Message(type: "round", correlation: sent, body: []), to: .worker("w1"))
                    sent += 1
                }
                _ = try writer.receive(within: .zero)
                if case .delivery(let message, _)? = try reader.receive(within: .milliseconds(1)) {
                    try #require(message.correlation == arrived)
                    arrived += 1
                }
                sentAtHome = brokers.all[1].published
            }
            while arrived < sent {
                _ = try writer.receive(within: .zero)
                guard case .delivery(let message, _)? = try reader.receive(within: .milliseconds(1)) else { continue }
                try #require(message.correlation == arrived)
                arrived += 1
            }
            reader.disconnect()
            writer.disconnect()
        }
    }

    @Test("let nodes find one another that have reached different ones")
    func differentViews() async throws {
        try await onOneThread {
            let brokers = Brokers(3)
            brokers.all[0].cutOff(["worker"])
            brokers.all[2].cutOff(["master"])
            let master = try brokers.transport.connect(as: "master")
            try master.open(.control)
            let worker = try brokers.another.connect(as: "worker")
            try worker.open(.worker("w0"))
            // At home at broker 0, where the worker is not.
            try master.publish(Message(type: "a", correlation: 1, body: []), to: .worker("w0"))
            guard case .returned("a", 1, .worker("w0")) = try master.next() else {
                Issue.record("nobody can have read it")
                return
            }
            var isThere = false
            try master.serve(with: []) {
                try master.publish(Message(type: "b", correlation: 2, body: []), to: .worker("w0"))
                if case .delivery(let message, _)? = try worker.receive(within: .milliseconds(5)) {
                    isThere = message.type == "b"
                }
                return isThere
            }
            // The worker's answers are at home at broker 0 as well; it has not reached it.
            try worker.publish(Message(type: "c", correlation: 3, body: []), to: .control)
            #expect(try master.nextDelivery().message.type == "c")
            master.disconnect()
            worker.disconnect()
        }
    }

    @Test("give a message back whose reader is lost while its mailbox changes brokers")
    func readerIsLostOnTheWay() async throws {
        try await onOneThread {
            let brokers = Brokers(2)
            brokers.all[1].kill()
            let reader = try brokers.another.connect(as: "reader")
            try reader.open(.worker("w1"))
            let writer = try brokers.transport.connect(as: "writer")
            try writer.open(.replies)
            try writer.publish(Message(type: "a", correlation: 0, body: []), to: .worker("w1"))
            brokers.all[1].restart()
            // The reader takes up the first question, and is lost before it reads the second.
            let endpoint = try #require(writer as? SeveralEndpoint)
            try reader.serve {
                _ = try writer.receive(within: .milliseconds(5))
                return endpoint.isMoving(.worker("w1"))
            }
            try writer.publish(Message(type: "b", correlation: 1, body: []), to: .worker("w1"))
            reader.disconnect()
            var returned: [String] = []
            while returned.isEmpty {
                guard case .returned(let type, _, _) = try writer.next() else { continue }
                returned.append(type)
            }
            #expect(returned == ["b"])
            writer.disconnect()
        }
    }

    @Test("keep messages for one that takes none, in their order, and serve the others meanwhile")
    func oneIsBlocked() async throws {
        try await onOneThread {
            let brokers = Brokers(2)
            let node = try brokers.transport.connect(as: "node")
            try node.open(.worker("w0"))
            try node.open(.worker("w1"))
            for broker in brokers.all { broker.alarm(true) }
            var reasons: [String] = []
            while reasons.count < 2 {
                if case .blocked(let reason) = try node.next() { reasons.append(reason) }
            }
            #expect(Set(reasons) == ["broker-0: low on memory", "broker-1: low on memory"])
            for number in 0..<10 {
                let message = Message(type: "m", correlation: UInt64(number), body: [])
                try node.publish(message, to: .worker("w\(number % 2)"))
            }
            #expect(brokers.all.map(\.publishedDuringAlarm) == [0, 0])
            brokers.all[1].alarm(false)
            var arrived = try (0..<5).map { _ in try node.nextDelivery().message.correlation }
            #expect(arrived == [1, 3, 5, 7, 9])
            brokers.all[0].alarm(false)
            // Only now may everything be sent.
            guard case .unblocked = try node.next() else {
                Issue.record("the last one reads again")
                return
            }
            arrived = try (0..<5).map { _ in try node.nextDelivery().message.correlation }
            #expect(arrived == [0, 2, 4, 6, 8])
            node.disconnect()
        }
    }

    @Test("end a node that one of them refuses, unless it has let it in before")
    func refusals() async throws {
        try await onOneThread {
            let brokers = Brokers(2)
            brokers.all[1].refuse(with: MessagingError(.accessRefused, "broker-1 does not know you"))
            let error = #expect(throws: MessagingError.self) { try brokers.transport.connect(as: "node") }
            #expect(error?.code == .accessRefused)
            brokers.all[1].refuse(with: nil)
            try brokers.transport.connect(as: "node").disconnect()
            brokers.all[1].refuse(with: MessagingError(.accessRefused, "broker-1 does not know you"))
            try brokers.transport.connect(as: "node").disconnect()
            #expect(brokers.presence.absence == "broker broker-1 is away (broker-1 does not know you)")
        }
    }

    @Test("say how many there are when none can be reached")
    func nobodyIsThere() async throws {
        try await onOneThread {
            let brokers = Brokers(3)
            for broker in brokers.all { broker.kill() }
            let error = #expect(throws: MessagingError.self) { try brokers.transport.connect(as: "node") }
            #expect(error?.code == .unreachable)
            #expect(error?.message == "none of the 3 brokers can be reached: nobody answers at broker-0")
        }
    }

    @Test("leave a mailbox alone that is another's at any of them")
    func mailboxIsTakenAtOne() async throws {
        try await onOneThread {
            let brokers = Brokers(2)
            let owner = try brokers.all[1].transport.connect(as: "owner")
            try owner.open(.worker("w0"))
            let rival = try brokers.transport.connect(as: "rival")
            let error = #expect(throws: MessagingError.self) { try rival.open(.worker("w0")) }
            #expect(error?.code == .mailboxTaken)
            let third = try brokers.all[0].transport.connect(as: "third")
            try third.open(.worker("w0"))
            for endpoint in [owner, rival, third] { endpoint.disconnect() }
        }
    }

    @Test("pass on no question that names nobody")
    func forgedQuestion() async throws {
        try await onOneThread {
            let brokers = Brokers(2)
            let node = try brokers.transport.connect(as: "node")
            try node.open(.worker("w0"))
            let forger = try brokers.all[0].transport.connect(as: "forger")
            for body in [[], [256], [0xFF, 0xFF], [UInt32](repeating: 97, count: 256)] {
                try forger.publish(Message(type: "ROUTE", correlation: 1, body: body), to: .worker("w0"))
                guard case .malformed(_, .worker("w0")) = try node.next() else {
                    Issue.record("\(body) is no question")
                    return
                }
            }
            try forger.publish(Message(type: "ROUTED", correlation: 7, body: []), to: .worker("w0"))
            try forger.publish(Message(type: "end", correlation: 0, body: []), to: .worker("w0"))
            #expect(try node.nextDelivery().message.type == "end")
            node.disconnect()
            forger.disconnect()
        }
    }
}
