public import HTTPTransport

/// Answers `/metrics`, `/healthz` and `/readyz` over HTTP, whatever the node does meanwhile.
public final class MonitoringServer: Sendable {
    private let service: HTTPService

    /// Where it listens.
    public var endpoint: String { service.endpoint }

    /// Begins to listen.
    ///
    /// - Parameters:
    ///   - address: An IPv4 or IPv6 address of this machine.
    ///   - port: The port; 0 for any that is free.
    ///   - registry: What `/metrics` shows.
    ///   - health: What `/readyz` asks.
    /// - Throws: `MonitoringFailure` when the address is none, or is taken.
    public init(
        address: String,
        port: UInt16,
        registry: PrometheusRegistry,
        health: NodeHealth
    ) async throws(MonitoringFailure) {
        let routes: [HTTPRoute] = [
            .get("/metrics") { _ in registry.answer },
            .get("/healthz") { _ in HTTPResponse("alive\n") },
            .get("/readyz") { _ in
                let remark = health.remark.map { "; \($0)" } ?? ""
                return switch health.verdict {
                case .ready: HTTPResponse("ready\(remark)\n")
                case .unready(let reason): HTTPResponse(status: 503, "not ready: \(reason)\(remark)\n")
                }
            },
        ]
        do {
            service = try await HTTPService.start(address: address, port: port, routes: routes)
        } catch {
            throw MonitoringFailure(
                "cannot listen at --metrics-address \(address), --metrics-port \(port): \(error); "
                    + "give an IP address of this machine and a free port"
            )
        }
    }

    /// Stops listening.
    public func stop() async { await service.stop() }
}

extension PrometheusRegistry {
    /// All instruments as whoever asks over HTTP gets them.
    public var answer: HTTPResponse { HTTPResponse(exposition, contentType: Exposition.mediaType) }
}

/// Why a node cannot be looked at.
public struct MonitoringFailure: Error, Sendable, CustomStringConvertible {
    /// One sentence that names the value and what would be right.
    public let description: String

    init(_ description: String) {
        self.description = description
    }
}
