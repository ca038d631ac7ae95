internal import Messaging
internal import MessagingTestSupport
internal import RabbitMQMessaging
internal import Testing

/// What operators of real brokers set: limits and policies.
@Suite(.serialized) struct `A broker with limits and policies` {
    /// A user and a virtual host that no other test has.
    private static func withOwnHost(_ body: (LocalBroker, BrokerAddress) async throws -> Void) async throws {
        let node = try await SharedBroker.node
        var address = node.address
        address.virtualHost = "limited-\(UInt64.random(in: 0...UInt64.max))"
        address.credentials = BrokerCredentials(user: address.virtualHost, password: "pw")
        try await node.control(["add_vhost", address.virtualHost])
        try await node.control(["add_user", address.virtualHost, "pw"])
        try await node.control(["set_permissions", "-p", address.virtualHost, address.virtualHost, ".*", ".*", ".*"])
        try await body(node, address)
        try await node.control(["delete_vhost", address.virtualHost])
        try await node.control(["delete_user", address.virtualHost])
    }

    @Test(.timeLimit(.minutes(5)))
    func `that has its limit of connections says so in its own words`() async throws {
        try await Self.withOwnHost { node, address in
            try await node.control(["set_vhost_limits", "-p", address.virtualHost, #"{"max-connections":1}"#])
            let transport = RabbitMQTransport(address: address, run: "limited")
            let error = try await DedicatedThread.run(named: "two") {
                let first = try transport.connect(as: "first")
                defer { first.disconnect() }
                return #expect(throws: MessagingError.self) { try transport.connect(as: "second") }
            }
            #expect(error?.code == .limitReached)
            #expect(error?.isRetriable == false && error?.mayPassAfterLoss == true)
            #expect(error?.message.contains("connection limit (1) is reached") == true, "\(error?.message ?? "")")
        }
    }

    @Test(.timeLimit(.minutes(5)))
    func `returns what is sent to a mailbox that is gone, whatever alternate exchange a policy names`() async throws {
        try await Self.withOwnHost { node, address in
            let host = address.virtualHost
            // Somebody collects what goes astray.
            try await node.control(["eval", Self.collector(in: host)])
            let policy = #"{"alternate-exchange":"amq.fanout"}"#
            try await node.control(["set_policy", "-p", host, "collect", ".*", policy, "--apply-to", "exchanges"])
            let returned = try await DedicatedThread.run(named: "sender") {
                let endpoint = try RabbitMQTransport(address: address, run: "collected").connect(as: "sender")
                defer { endpoint.disconnect() }
                try endpoint.publish(Message(type: "a", correlation: 3, body: []), to: .worker("0"))
                guard case .returned(_, let correlation, let mailbox) = try endpoint.next() else { return false }
                return correlation == 3 && mailbox == .worker("0")
            }
            #expect(returned)
        }
    }

    @Test(.timeLimit(.minutes(5)))
    func `that refuses a message for its size ends the node instead of losing the connection for ever`() async throws {
        try await withBroker { node in
            try await node.control(["eval", "application:set_env(rabbit, max_message_size, 64)."])
            let error = try await DedicatedThread.run(named: "sender") {
                let endpoint = try RabbitMQTransport(address: node.address, run: "small").connect(as: "sender")
                defer { endpoint.disconnect() }
                try endpoint.open(.worker("0"))
                try endpoint.publish(Message(type: "a", correlation: 3, body: [1, 2]), to: .worker("0"))
                #expect(try endpoint.nextDelivery().message.body == [1, 2])
                try endpoint.publish(Message(type: "a", correlation: 4, body: Array(0..<99)), to: .worker("0"))
                return #expect(throws: MessagingError.self) { try endpoint.next() }
            }
            #expect(error?.code == .configuration)
            #expect(error?.isRetriable == false)
            #expect(error?.message.contains("larger than configured max size") == true, "\(error?.message ?? "")")
        }
    }

    /// A term by which the broker binds a queue to the fanout exchange of a virtual host.
    private static func collector(in host: String) -> String {
        let queue = #"rabbit_misc:r(<<"\#(host)">>, queue, <<"all">>)"#
        let exchange = #"rabbit_misc:r(<<"\#(host)">>, exchange, <<"amq.fanout">>)"#
        return #"rabbit_amqqueue:declare(\#(queue), false, false, [], none, <<"test">>), "#
            + #"rabbit_binding:add({binding, \#(exchange), <<>>, \#(queue), []}, <<"test">>)."#
    }
}
