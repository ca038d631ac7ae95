internal import Foundation
internal import Logging
internal import Messaging
internal import MessagingTestSupport
internal import RabbitMQMessaging

/// The private node that all tests of this process share; it ends with the process.
enum SharedBroker {
    private static let starting = Task { try await LocalBroker.start(logger: Logger(label: "tests")) }

    /// The node, started at the first call.
    static var node: LocalBroker {
        get async throws { try await starting.value }
    }

    /// Where it is.
    static var address: BrokerAddress {
        get async throws { try await node.address }
    }

    /// A transport of a run that nobody else uses.
    static func freshRun(heartbeat: Int = 10) async throws -> RabbitMQTransport {
        RabbitMQTransport(address: try await address, run: "test-\(UUID())", heartbeat: heartbeat)
    }
}

/// Starts a node for one test that harms it, and stops it.
func withBroker<Result>(_ body: (LocalBroker) async throws -> Result) async throws -> Result {
    let broker = try await LocalBroker.start(logger: Logger(label: "tests"))
    defer { broker.stop() }
    return try await body(broker)
}
