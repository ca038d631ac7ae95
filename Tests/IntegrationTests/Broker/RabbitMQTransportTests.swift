internal import Foundation
internal import Messaging
internal import MessagingTestSupport
internal import RabbitMQMessaging
internal import SeveralBrokers
internal import Testing

@Suite struct `The transport through RabbitMQ` {
    @Test(.timeLimit(.minutes(5)), arguments: MessagingContract.all)
    func `keeps the contract`(_ behaviour: MessagingContract) async throws {
        let run = try await SharedBroker.freshRun()
        let otherRun = try await SharedBroker.freshRun()
        try await behaviour.check(MessagingContract.Runs(run: run, otherRun: otherRun))
    }

    /// Two exchanges of one node stand for two brokers: what is new is that an endpoint waits at several sockets.
    @Test(.timeLimit(.minutes(5)), arguments: MessagingContract.all)
    func `keeps the contract where there are several brokers`(_ behaviour: MessagingContract) async throws {
        var runs: [SeveralTransport] = []
        for _ in 0..<2 {
            let brokers = [try await SharedBroker.freshRun(), try await SharedBroker.freshRun()]
            runs.append(SeveralTransport(brokers, presence: BrokerPresence(["one", "other"]) { _ in }))
        }
        try await behaviour.check(MessagingContract.Runs(run: runs[0], otherRun: runs[1]))
    }

    @Test(.timeLimit(.minutes(5)))
    func `reports bodies that no node sends, and goes on`() async throws {
        let transport = try await SharedBroker.freshRun()
        let node = try await SharedBroker.node
        let (opened, open) = AsyncStream.makeStream(of: Void.self)
        async let events = DedicatedThread.run(named: "reader") {
            let endpoint = try transport.connect(as: "reader")
            try endpoint.open(.worker("0"))
            open.finish()
            var events: [MessagingEvent] = []
            while events.count < Self.foreignMessages.count { events.append(try endpoint.next()) }
            endpoint.disconnect()
            return events
        }
        for await _ in opened {}
        // Published by the broker itself: no client of ours can be talked into sending these.
        let exchange = #"rabbit_misc:r(<<"/">>, exchange, <<"shardq.\#(transport.run)">>)"#
        let calls = Self.foreignMessages.map { message in
            #"rabbit_basic:publish(\#(exchange), <<"worker.0">>, [\#(message.properties)], \#(message.body))"#
        }
        try await node.control(["eval", calls.joined(separator: ", ") + "."])

        for (event, message) in zip(try await events, Self.foreignMessages) {
            if let defect = message.defect {
                guard case .malformed(let reason, .worker("0")) = event else {
                    Issue.record("not malformed: \(event)")
                    continue
                }
                #expect(reason.contains(defect))
            } else {
                guard case .delivery(let sound, .worker("0")) = event else {
                    Issue.record("not delivered: \(event)")
                    continue
                }
                #expect(sound == Message(type: "t", correlation: 18_446_744_073_709_551_615, body: [0x0403_0201]))
            }
        }
    }

    /// AMQP properties and a body as Erlang terms, and a word of the complaint they must cause.
    private static let foreignMessages: [(properties: String, body: String, defect: String?)] = [
        (#"{type,<<"t">>},{correlation_id,<<"1">>}"#, "<<1,2,3>>", "3 bytes"),
        (#"{type,<<"t">>},{correlation_id,<<"1">>}"#, "binary:copy(<<0>>, 16777220)", "16 MiB"),
        (#"{type,<<"t">>}"#, "<<1,2,3,4>>", "correlation_id"),
        (#"{type,<<"t">>},{correlation_id,<<"-1">>}"#, "<<1,2,3,4>>", "correlation_id"),
        (#"{type,<<"t">>},{correlation_id,<<"18446744073709551616">>}"#, "<<1,2,3,4>>", "correlation_id"),
        (#"{type,<<"t">>},{correlation_id,<<>>}"#, "<<1,2,3,4>>", "correlation_id"),
        (#"{correlation_id,<<"1">>}"#, "<<1,2,3,4>>", "type"),
        ("", "<<>>", "correlation_id"),
        (#"{type,<<"t">>},{correlation_id,<<"18446744073709551615">>}"#, "<<1,2,3,4>>", nil),
    ]

    @Test(.timeLimit(.minutes(5)))
    func `keeps an idle connection alive as long as it is asked to receive`() async throws {
        let transport = try await SharedBroker.freshRun(heartbeat: 1)
        try await DedicatedThread.run(named: "idle") {
            let idle = try transport.connect(as: "idle")
            let peer = try transport.connect(as: "peer")
            try idle.open(.worker("0"))
            // Four heartbeats of silence: the broker gives a silent connection up after two.
            let deadline = ContinuousClock.now + .seconds(4)
            while ContinuousClock.now < deadline {
                #expect(try idle.receive(within: .milliseconds(400)) == nil)
                #expect(try peer.receive(within: .milliseconds(10)) == nil)
            }
            try peer.publish(Message(type: "a", correlation: 1, body: [1]), to: .worker("0"))
            #expect(try idle.nextDelivery().message.correlation == 1)
            idle.disconnect()
            peer.disconnect()
        }
    }

    @Test(.timeLimit(.minutes(5)))
    func `leaves nothing on the broker when the last node is gone`() async throws {
        let transport = try await SharedBroker.freshRun()
        try await DedicatedThread.run(named: "node") {
            let endpoint = try transport.connect(as: "node")
            try endpoint.open(.replies)
            endpoint.disconnect()
        }
        let node = try await SharedBroker.node
        let left =
            try await node.control(["--silent", "list_queues", "name"])
            + node.control(["--silent", "list_exchanges", "name"])
        #expect(!left.contains(transport.run))
        #expect(left.contains("amq.direct"))
    }
}
