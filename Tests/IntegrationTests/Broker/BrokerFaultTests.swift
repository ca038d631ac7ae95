internal import Foundation
internal import Messaging
internal import MessagingTestSupport
internal import RabbitMQMessaging
internal import Testing

@Suite struct `A broker in trouble` {
    @Test(.timeLimit(.minutes(5)))
    func `ends connections when it is killed and takes new ones after its restart`() async throws {
        try await withBroker { broker in
            let transport = RabbitMQTransport(address: broker.address, run: "killed")
            let (opened, open) = AsyncStream.makeStream(of: Void.self)
            async let reader = DedicatedThread.run(named: "reader") {
                let endpoint = try transport.connect(as: "reader")
                try endpoint.open(.worker("0"))
                open.finish()
                let error = #expect(throws: MessagingError.self) { try endpoint.receive(within: .seconds(60)) }
                let later = #expect(throws: MessagingError.self) {
                    try endpoint.publish(Message(type: "a", correlation: 1, body: []), to: .worker("0"))
                }
                endpoint.disconnect()
                return [error?.code, later?.code]
            }
            for await _ in opened {}
            broker.kill()
            #expect(!broker.isRunning)
            #expect(try await reader == [.connectionLost, .connectionLost])

            let refused = await #expect(throws: MessagingError.self) {
                try await DedicatedThread.run(named: "early") { try transport.connect(as: "early").disconnect() }
            }
            #expect(refused?.code == .unreachable)

            try await broker.restart()
            try await DedicatedThread.run(named: "again") {
                let endpoint = try transport.connect(as: "again")
                try endpoint.open(.worker("0"))
                try endpoint.publish(Message(type: "a", correlation: 9, body: [9]), to: .worker("0"))
                #expect(try endpoint.nextDelivery().message.correlation == 9)
                endpoint.disconnect()
            }
        }
    }

    @Test(.timeLimit(.minutes(5)))
    func `tells a publisher when its memory alarm goes on and off`() async throws {
        try await withBroker { broker in
            let transport = RabbitMQTransport(address: broker.address, run: "blocked")
            let (heard, hear) = AsyncStream.makeStream(of: Void.self)
            async let arrived = DedicatedThread.run(named: "publisher") {
                defer { hear.finish() }
                let endpoint = try transport.connect(as: "publisher")
                try endpoint.open(.worker("0"))
                // The broker tells those only that publish while the alarm is on.
                var published: UInt64 = 0
                var arrived: [UInt64] = []
                var reason: String?
                let deadline = ContinuousClock.now + .seconds(60)
                while reason == nil, ContinuousClock.now < deadline {
                    try endpoint.publish(Message(type: "a", correlation: published, body: [1]), to: .worker("0"))
                    published += 1
                    switch try endpoint.receive(within: .milliseconds(100)) {
                    case .blocked(let why): reason = why
                    case .delivery(let message, _): arrived.append(message.correlation)
                    default: break
                    }
                }
                #expect(reason?.contains("memory") == true)
                // This one lies in the socket until the alarm is over.
                try endpoint.publish(Message(type: "a", correlation: published, body: [1]), to: .worker("0"))
                published += 1
                hear.finish()
                var isUnblocked = false
                while !isUnblocked || arrived.count < published {
                    switch try endpoint.next() {
                    case .unblocked: isUnblocked = true
                    case .delivery(let message, _): arrived.append(message.correlation)
                    case let other: Issue.record("unexpected: \(other)")
                    }
                }
                endpoint.disconnect()
                return arrived == Array(0..<published)
            }
            try await broker.control(["set_vm_memory_high_watermark", "0"])
            for await _ in heard {}
            try await broker.control(["set_vm_memory_high_watermark", "0.4"])
            #expect(try await arrived)
        }
    }

    @Test(
        .timeLimit(.minutes(5)),
        arguments: [
            #"rabbit_amqqueue:delete(Q, false, false, <<"test">>)"#,
            // What a cluster does to a name whose node has died: the queue and its reader stay. Old releases of RabbitMQ
            // take the name, new ones what it stands for.
            #"[catch rabbit_amqqueue:internal_delete(Each, <<"test">>) || Each <- [Name, Q]]"#,
        ]
    )
    func `ends the connection of a node whose queue is deleted or forgotten`(_ loss: String) async throws {
        let transport = try await SharedBroker.freshRun()
        let (opened, open) = AsyncStream.makeStream(of: Void.self)
        async let code = DedicatedThread.run(named: "reader") {
            let endpoint = try transport.connect(as: "reader")
            try endpoint.open(.worker("0"))
            open.finish()
            let error = #expect(throws: MessagingError.self) { try endpoint.receive(within: .seconds(60)) }
            return error?.code
        }
        for await _ in opened {}
        let queue = #"rabbit_misc:r(<<"/">>, queue, <<"shardq.\#(transport.run).worker.0">>)"#
        try await SharedBroker.node.control([
            "eval", "Name = \(queue), {ok, Q} = rabbit_amqqueue:lookup(Name), \(loss).",
        ])
        #expect(try await code == .connectionLost)
    }
}
