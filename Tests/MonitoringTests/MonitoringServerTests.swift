import CoreMetrics
import Monitoring
import Testing

@Suite("A node answers over HTTP", .timeLimit(.minutes(5)))
struct MonitoringServerTests {
    /// A guard against a server that hangs; the machine may be busy with other tests.
    private static let patience = Duration.seconds(60)
    private let registry = PrometheusRegistry()
    private let health = NodeHealth(limit: .seconds(60))

    private func withServer(_ body: (MonitoringServer) async throws -> Void) async throws {
        let server = try await MonitoringServer(address: "127.0.0.1", port: 0, registry: registry, health: health)
        do {
            try await body(server)
        } catch {
            await server.stop()
            throw error
        }
        await server.stop()
    }

    @Test("alive from the start, ready once it gets on, with the reason until then")
    func healthAndReadiness() async throws {
        try await withServer { server in
            let alive = try await HealthProbe("http://\(server.endpoint)/healthz").ask(within: Self.patience)
            #expect(alive.isGood && alive.text == "alive")
            let ready = try HealthProbe(server.endpoint)
            let starting = try await ready.ask(within: Self.patience)
            #expect(!starting.isGood && starting.text == "not ready: starting")
            health.note(progress: 1, obstacle: nil)
            let going = try await ready.ask(within: Self.patience)
            #expect(going.isGood && going.text == "ready")
        }
    }

    @Test("with its metrics, and with nothing else")
    func metrics() async throws {
        Counter(label: "rounds_total", factory: registry).increment(by: 3)
        try await withServer { server in
            let metrics = try await HealthProbe("\(server.endpoint)/metrics").ask(within: Self.patience)
            #expect(metrics.isGood && metrics.text == "# TYPE rounds_total counter")
            let other = try await HealthProbe("\(server.endpoint)/secrets").ask(within: Self.patience)
            #expect(!other.isGood)
        }
    }

    @Test("a port that is taken, or no address, is said in words")
    func taken() async throws {
        try await withServer { server in
            let port = try #require(UInt16(server.endpoint.split(separator: ":").last ?? ""))
            let failure = await #expect(throws: MonitoringFailure.self) {
                _ = try await MonitoringServer(address: "127.0.0.1", port: port, registry: registry, health: health)
            }
            #expect(failure?.description.contains("\(port)") ?? false)
        }
        await #expect(throws: MonitoringFailure.self) {
            _ = try await MonitoringServer(address: "nowhere", port: 0, registry: registry, health: health)
        }
    }

    @Test(
        "nobody there is an error, and what is no place to ask is refused",
        arguments: [
            "", "http://", "x:y", "70000", "::1:9400", "[::1]", "[host]:1", "a b:1", "http://u@h:1/", "h:1/a\nb",
        ]
    )
    func noPlace(_ text: String) async throws {
        #expect(throws: MonitoringFailure.self) { try HealthProbe(text) }
        let probe = try HealthProbe("127.0.0.1:1")
        let failure = await #expect(throws: MonitoringFailure.self) { try await probe.ask(within: Self.patience) }
        #expect(failure?.description == "nobody answers at 127.0.0.1:1: connection refused")
    }

    @Test("a node is asked by the name of its host too")
    func hostNames() async throws {
        try await withServer { server in
            let port = try #require(server.endpoint.split(separator: ":").last)
            #expect(try await HealthProbe("http://localhost:\(port)/healthz").ask(within: Self.patience).isGood)
        }
        let failure = await #expect(throws: MonitoringFailure.self) {
            try await HealthProbe("no-such-host.invalid:1").ask(within: Self.patience)
        }
        #expect(failure?.description.contains("no such host") == true, "\(failure?.description ?? "")")
    }
}
