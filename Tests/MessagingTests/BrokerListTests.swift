internal import Messaging
internal import RabbitMQMessaging
internal import Testing

@Suite struct `A list of brokers` {
    @Test func `is separated by commas behind which an address begins`() throws {
        let list = try BrokerAddress.list(
            argument: "amqp://one:5673, amqps://two/team,AMQP://[::1]:9",
            environment: [:]
        )
        #expect(list.map(\.place) == ["one:5673", "two:5671/team", "[::1]:9"])
        #expect(list.map { $0.tls != nil } == [false, true, false])
        #expect(try BrokerAddress.list(argument: "amqp://one", environment: [:]).count == 1)
    }

    @Test func `holds a user and a password each in the variable only`() throws {
        let variable = ["SHARDQ_BROKER": "amqp://a:x,y@one,amqp://b:,@two,amqp://three", "SHARDQ_AMQP_PASSWORD": "z"]
        let list = try BrokerAddress.list(argument: nil, environment: variable)
        let expected = [("a", "x,y"), ("b", ","), ("guest", "z")]
        #expect(list.map(\.credentials) == expected.map { BrokerCredentials(user: $0.0, password: $0.1) })
        let error = #expect(throws: MessagingError.self) {
            try BrokerAddress.list(argument: "amqp://one,amqp://b:secret@two", environment: [:])
        }
        #expect(error?.message.contains("secret") == false && error?.message.contains("holds a password") == true)
    }

    @Test func `reaches another process with all its credentials, none of them in an argument`() throws {
        let text = "amqp://a%40:p%2C%2F%3A%25@one,amqps://b:q%2Camqp%3A%2F%2F@two/v%2C?verify=verify_none"
        let list = try BrokerAddress.list(argument: nil, environment: ["SHARDQ_BROKER": text])
        let given = BrokerAddress.handedOver(list)
        #expect(given.arguments == [])
        #expect(try BrokerAddress.list(argument: nil, environment: given.environment) == list)

        let one = try BrokerAddress.list(argument: nil, environment: ["SHARDQ_BROKER": "amqp://a:b@one/v"])
        let single = BrokerAddress.handedOver(one)
        #expect(single.arguments == ["--broker", "amqp://one:5672/v"])
        #expect(try BrokerAddress.list(argument: single.arguments[1], environment: single.environment) == one)
    }

    @Test(
        arguments: [
            "", ",", "amqp://one,", ",amqp://one", "amqp://one,two", "amqp://one,http://two", "amqp://one,,amqp://two",
            "amqp://one,amqp://", "memory,amqp://one",
        ]
    )
    func `is refused where one of them is no address`(text: String) {
        let error = #expect(throws: MessagingError.self) { try BrokerAddress.list(argument: text, environment: [:]) }
        #expect(error?.code == .configuration)
    }

    @Test(arguments: [
        "amqp://one,amqp://ONE:5672/", "amqp://u@one,amqp://v@one", "amqp://two,amqp://one/v,amqp://one/v",
    ])
    func `names each once`(text: String) {
        let environment = ["SHARDQ_AMQP_PASSWORD": "x"]
        let error = #expect(throws: MessagingError.self) {
            try BrokerAddress.list(argument: text, environment: environment)
        }
        #expect(
            error?.code == .configuration && error?.message.contains("named twice") == true,
            "\(error?.message ?? "")"
        )
    }

    @Test func `holds the same host several times where ports or virtual hosts differ`() throws {
        let list = try BrokerAddress.list(argument: "amqp://one,amqp://one:5673,amqp://one/v", environment: [:])
        #expect(list.count == 3)
    }
}
