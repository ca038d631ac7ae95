internal import Foundation
internal import MasterNode
internal import Messaging
internal import MessagingTestSupport
internal import RabbitMQMessaging
internal import TabularLearning
internal import Testing
internal import WorkerNode

/// Users with the permissions that `docs/security.md` gives them, on a real broker, for the run `grid`.
@Suite(.serialized) struct `Users with the least permissions` {
    @Test(.timeLimit(.minutes(5)))
    func `are enough for a whole run`() async throws {
        let users = try await Self.users
        let master = MazeRun(transport: users.master)
        let one = MazeRun(transport: users.one)
        let other = MazeRun(transport: users.other)
        defer { for run in [master, one, other] { run.stop.raise() } }
        async let first = one.worker("w1")
        async let second = other.worker("w2")
        let finished = try await master.master()
        #expect(try await [first, second].allSatisfy { $0.rounds > 0 })
        #expect(try finished.table?.cells == MazeRun.serialTable().cells)
    }

    @Test(.timeLimit(.minutes(5)))
    func `keep a worker's user out of the master's mailboxes and other workers'`() async throws {
        let users = try await Self.users
        for mailbox in [Mailbox.control, .replies, .worker("w2"), .worker("w10"), .worker("w1.x")] {
            let error = try #require(await refusal(of: users.one, opening: mailbox), "\(mailbox)")
            #expect(error.code == .accessRefused)
            #expect(error.message.contains("'shardq-grid-w1'") && error.message.contains("shardq.grid.\(mailbox.name)"))
        }
        #expect(await refusal(of: users.one, opening: .worker("w1")) == nil)
    }

    @Test(.timeLimit(.minutes(5)))
    func `keep the master's user out of the workers' mailboxes`() async throws {
        let users = try await Self.users
        #expect(await refusal(of: users.master, opening: .worker("w1"))?.code == .accessRefused)
        for mailbox in [Mailbox.control, .replies] {
            #expect(await refusal(of: users.master, opening: mailbox) == nil, "\(mailbox)")
        }
    }

    @Test(.timeLimit(.minutes(5)))
    func `keep all of them out of other runs`() async throws {
        let users = try await Self.users
        for user in [users.master, users.one] {
            for run in ["gri", "grid2", "grid.x", "gridxnode"] {
                let stranger = RabbitMQTransport(address: user.address, run: run)
                #expect(await refusal(of: stranger, opening: .replies)?.code == .accessRefused, "\(run)")
            }
        }
    }

    @Test(.timeLimit(.minutes(5)))
    func `let somebody read along who may do nothing else`() async throws {
        let users = try await Self.users
        try await DedicatedThread.run(named: "readers") {
            let listener = try RunListener(address: users.watching.address, run: "grid")
            #expect(try !listener.look(at: .worker("w1")))
            let owner = try users.one.connect(as: "w1")
            let master = try users.master.connect(as: "master")
            defer { for endpoint in [owner, master] { endpoint.disconnect() } }
            try owner.open(.worker("w1"))
            #expect(try listener.look(at: .worker("w1")))
            try master.publish(Message(type: "PROBE", correlation: 3, body: [1, 2]), to: .worker("w1"))
            #expect(try owner.nextDelivery().message.correlation == 3)
            let copy = try #require(try listener.receive(within: .seconds(60)))
            #expect(copy.mailbox == .worker("w1") && copy.type == "PROBE" && copy.body == [1, 2] && copy.defect == nil)
            // Without its reader the mailbox is nobody's, and what is sent there comes back.
            try owner.close(.worker("w1"))
            #expect(try !listener.look(at: .worker("w1")))
            try master.publish(Message(type: "PROBE", correlation: 4, body: []), to: .worker("w1"))
            guard case .returned(_, 4, .worker("w1")) = try master.next() else {
                Issue.record("the probe has found a reader")
                return
            }
        }
        for mailbox in [Mailbox.control, .replies, .worker("w1")] {
            #expect(await refusal(of: users.watching, opening: mailbox)?.code == .accessRefused, "\(mailbox)")
        }
    }

    @Test(.timeLimit(.minutes(5)))
    func `give an actor process its own mailbox and no other`() async throws {
        let users = try await Self.users
        #expect(await refusal(of: users.acting, opening: .actorProcess("a1")) == nil)
        for mailbox in [Mailbox.control, .replies, .worker("w1"), .actorProcess("a2")] {
            #expect(await refusal(of: users.acting, opening: mailbox)?.code == .accessRefused, "\(mailbox)")
        }
    }

    /// What cannot be had: `docs/security.md` says so.
    @Test(.timeLimit(.minutes(5)))
    func `cannot keep a worker's user from publishing to another worker`() async throws {
        let users = try await Self.users
        try await DedicatedThread.run(named: "workers") {
            let owner = try users.other.connect(as: "w2")
            let intruder = try users.one.connect(as: "w1")
            defer { for endpoint in [owner, intruder] { endpoint.disconnect() } }
            try owner.open(.worker("w2"))
            try intruder.publish(Message(type: "UPDATE_Q", correlation: 7, body: []), to: .worker("w2"))
            #expect(try owner.nextDelivery().message.correlation == 7)
        }
    }

    private struct Users {
        let master: RabbitMQTransport
        let one: RabbitMQTransport
        let other: RabbitMQTransport
        /// Somebody who only reads along.
        let watching: RabbitMQTransport
        /// An actor process.
        let acting: RabbitMQTransport
    }

    private static let making = Task {
        let node = try await SharedBroker.node
        let commands = try documentedCommands()
        try #require(commands.count == 4)
        var address = node.address
        var transports: [RabbitMQTransport] = []
        for user in ["master", "w1", "w2", "watch", "a1"].map({ "shardq-grid-\($0)" }) {
            address.credentials = BrokerCredentials(user: user, password: "\(UUID())")
            let password = try #require(address.credentialEnvironment["SHARDQ_AMQP_PASSWORD"])
            try await node.control(["add_user", user, password])
            transports.append(RabbitMQTransport(address: address, run: "grid"))
        }
        // The second worker's as the first one's, with its own name.
        let second = commands[1].map { $0.replacing("w1", with: "w2") }
        for command in commands + [second] { try await node.control(command) }
        return Users(
            master: transports[0],
            one: transports[1],
            other: transports[2],
            watching: transports[3],
            acting: transports[4]
        )
    }

    private static var users: Users {
        get async throws { try await making.value }
    }

    /// The arguments of the page's `set_permissions` commands: the master's, then a worker's.
    private static func documentedCommands() throws -> [[String]] {
        let root = URL(filePath: #filePath).appending(path: "../../../..").standardizedFileURL
        let page = try String(contentsOf: root.appending(path: "docs/security.md"), encoding: .utf8)
        let text = page.replacing("\\\n", with: "")
        return text.split(separator: "\n").filter { $0.hasPrefix("rabbitmqctl set_permissions") }.map { line in
            // Every second part stands between quotes; the others are separated by blanks.
            line.split(separator: "'", omittingEmptySubsequences: false).enumerated().flatMap { index, part in
                index % 2 == 1 ? [String(part)] : part.split(separator: " ").map(String.init)
            }
        }.map { Array($0.dropFirst()) }
    }

    /// Why a transport's user cannot open a mailbox; `nil` when it can.
    private func refusal(of transport: RabbitMQTransport, opening mailbox: Mailbox) async -> MessagingError? {
        do {
            try await DedicatedThread.run(named: "user") {
                let endpoint = try transport.connect(as: "user")
                defer { endpoint.disconnect() }
                try endpoint.open(mailbox)
            }
            return nil
        } catch let error as MessagingError {
            return error
        } catch {
            Issue.record(error)
            return nil
        }
    }
}
