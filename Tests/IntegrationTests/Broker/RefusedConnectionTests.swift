internal import Foundation
internal import Messaging
internal import MessagingTestSupport
internal import RabbitMQMessaging
internal import Testing

@Suite struct `A refused connection` {
    private func failure(at address: BrokerAddress) async throws -> MessagingError {
        let error = await #expect(throws: MessagingError.self) {
            try await DedicatedThread.run(named: "refused") {
                try RabbitMQTransport(address: address, run: "refused").connect(as: "node").disconnect()
            }
        }
        return try #require(error)
    }

    @Test func `names the user and never the password`() async throws {
        var address = try await SharedBroker.address
        address.credentials = BrokerCredentials(user: "eve", password: "hunter2")
        let error = try await failure(at: address)
        #expect(error.code == .accessRefused)
        #expect(error.message.contains("'eve'"))
        #expect(!"\(error)\(error.message)".contains("hunter2"))
    }

    @Test func `does not know guest, unlike a fresh RabbitMQ`() async throws {
        var address = try await SharedBroker.address
        address.credentials = .guest
        #expect(try await failure(at: address).code == .accessRefused)
    }

    @Test func `names the virtual host that does not exist`() async throws {
        var address = try await SharedBroker.address
        address.virtualHost = "/nowhere"
        let error = try await failure(at: address)
        #expect(error.code == .accessRefused)
        #expect(error.message.contains("'/nowhere'"))
    }

    @Test func `names host and port where nobody listens, and what to do`() async throws {
        var address = try await SharedBroker.address
        address.port = 1
        let error = try await failure(at: address)
        #expect(error.code == .unreachable)
        #expect(error.isRetriable)
        #expect(error.message.contains("127.0.0.1:1 (connection refused)"), "\(error)")
        #expect(error.message.contains("--broker local"))
    }

    @Test func `names the host that does not exist`() async throws {
        let error = try await failure(at: BrokerAddress(host: "no-such-host.invalid", port: 5672))
        #expect(error.code == .unreachable)
        #expect(error.message.contains("no-such-host.invalid"))
    }

    @Test func `tells a user without permissions what is not allowed`() async throws {
        let node = try await SharedBroker.node
        try await node.control(["add_user", "mallory", "pw"])
        try await node.control(["set_permissions", "mallory", "^$", ".*", ".*"])
        var address = node.address
        address.credentials = BrokerCredentials(user: "mallory", password: "pw")
        let error = try await failure(at: address)
        #expect(error.code == .accessRefused)
        #expect(error.message.contains("'mallory'"))
        #expect(error.message.contains("declare queue shardq.refused"))
    }
}
