internal import FlyingFox
internal import FlyingSocks
internal import Foundation
internal import Synchronization

/// Answers `/metrics`, `/healthz` and `/readyz` over HTTP.
public final class MonitoringServer: Sendable {
    private let server: HTTPServer
    private let task: Task<Void, Never>

    /// Where it listens.
    public let endpoint: String

    /// Begins to listen.
    ///
    /// - Parameters:
    ///   - address: An IPv4 or IPv6 address of this machine.
    ///   - port: The port; 0 for any that is free.
    ///   - registry: What `/metrics` shows.
    ///   - health: What `/readyz` asks.
    /// - Throws: `MonitoringFailure` when the address is none, or is taken.
    public init(address: String, port: UInt16, registry: PrometheusRegistry, health: NodeHealth) async throws {
        let server = HTTPServer(config: try Self.configuration(address, port))
        await server.appendRoute("GET,HEAD /metrics") { _ in
            Self.respond(.ok, registry.exposition, type: Exposition.mediaType)
        }
        await server.appendRoute("GET,HEAD /healthz") { _ in Self.respond(.ok, "alive\n") }
        await server.appendRoute("GET,HEAD /readyz") { _ in
            switch health.verdict {
            case .ready: Self.respond(.ok, "ready\n")
            case .unready(let reason): Self.respond(.serviceUnavailable, "not ready: \(reason)\n")
            }
        }
        let listening = Listening()
        let task = Task {
            do {
                try await server.run()
            } catch {
                listening.fail("\(error)")
            }
        }
        while await !server.isListening {
            if let reason = listening.failure {
                throw MonitoringFailure("cannot listen on \(address) port \(port) for --metrics-port: \(reason)")
            }
            try await Task.sleep(for: .milliseconds(2))
        }
        self.server = server
        self.task = task
        endpoint = Self.text(await server.listeningAddress) ?? "\(address):\(port)"
    }

    /// Whether the server has failed to listen, and why.
    private final class Listening: Sendable {
        private let reason = Mutex<String?>(nil)

        var failure: String? { reason.withLock { $0 } }

        func fail(_ text: String) { reason.withLock { $0 = text } }
    }

    /// Stops listening.
    public func stop() async {
        await server.stop()
        task.cancel()
    }

    private static func configuration(_ address: String, _ port: UInt16) throws -> HTTPServer.Configuration {
        if let four = try? sockaddr_in.inet(ip4: address, port: port) {
            return HTTPServer.Configuration(address: four, timeout: 5, logger: .disabled)
        }
        if let six = try? sockaddr_in6.inet6(ip6: address, port: port) {
            return HTTPServer.Configuration(address: six, timeout: 5, logger: .disabled)
        }
        throw MonitoringFailure("--metrics-address \(address): an IP address of this machine")
    }

    private static func text(_ address: Socket.Address?) -> String? {
        switch address {
        case .ip4(let host, let port): "\(host):\(port)"
        case .ip6(let host, let port): "[\(host)]:\(port)"
        case .unix, nil: nil
        }
    }

    private static func respond(
        _ status: HTTPStatusCode,
        _ text: String,
        type: String = "text/plain; charset=utf-8"
    ) -> HTTPResponse {
        HTTPResponse(statusCode: status, headers: [.contentType: type], body: Data(text.utf8))
    }
}

/// Why a node cannot be looked at.
public struct MonitoringFailure: Error, Sendable, CustomStringConvertible {
    /// One sentence that names the value and what would be right.
    public let description: String

    init(_ description: String) {
        self.description = description
    }
}
