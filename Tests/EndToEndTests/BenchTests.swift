import Foundation
import Testing

@Suite("Bench")
struct BenchTests {
    private static let brief = ["--seconds", "0.2", "--repetitions", "2", "--warm-up", "0"]

    private static func bench(_ arguments: [String]) async throws -> [String: Any] {
        let result = try await Program.run(["bench"] + arguments + ["--json"])
        try #require(result.exitCode == 0, "\(arguments): \(result.error)")
        let object = try JSONSerialization.jsonObject(with: Data(result.output.utf8))
        return try #require(object as? [String: Any])
    }

    private static func documentation() throws -> String {
        let root = URL(fileURLWithPath: #filePath)
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        return try String(contentsOf: root.appendingPathComponent("docs/cli.md"), encoding: .utf8)
    }

    private static func quantile(_ result: [String: Any], _ key: String, _ name: String) -> Double? {
        (result[key] as? [String: Any])?[name] as? Double
    }

    @Test("bench --json prints the documented object through a broker, with the broker's own round trip")
    func throughBroker() async throws {
        let result = try await Self.bench(
            ["--broker", "local", "--protocol", "stepwise", "--states", "1009"] + Self.brief
        )
        let documentation = try Self.documentation()
        for key in result.keys { #expect(documentation.contains("`\(key)`"), "docs/cli.md does not name \(key)") }
        let raw = try #require(Self.quantile(result, "rawRoundTripMicroseconds", "p50"))
        let step = try #require(Self.quantile(result, "stepMicroseconds", "p50"))
        let roundTrip = try #require(Self.quantile(result, "roundTripMicroseconds", "p50"))
        #expect(raw > 1)
        #expect(step > roundTrip, "a step is two rounds")
        let memory = try #require(result["peakResidentBytes"] as? [String: Int])
        for role in ["master", "workers", "broker"] { #expect(memory[role] ?? 0 > 1 << 20, "\(role)") }
    }

    @Test("the environment's share of the time is measured in every layout", arguments: ["none", "memory"])
    func environmentShare(_ broker: String) async throws {
        for scenario in ["traffic", "routing", "maze", "synthetic"] {
            let result = try await Self.bench([scenario, "--broker", broker] + Self.brief)
            let share = try #require(result["environmentShare"] as? Double)
            #expect(share > 0 && share < 1, "\(scenario)")
            #expect(Self.quantile(result, "stepMicroseconds", "p50") != nil)
            #expect(result["rawRoundTripMicroseconds"] == nil)
        }
    }

    @Test("a run that ends before the first repetition has no throughput, and says so")
    func tooShort() async throws {
        let arguments = ["bench", "maze", "--steps", "2000", "--broker", "none", "--json"]
        let result = try await Program.run(arguments)
        #expect(result.exitCode == 0 && result.error.contains("0 of 5 repetitions"), "\(result.error)")
        let object = try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any]
        #expect(object?["tableDigest"] != nil && object?["transitionsPerSecond"] == nil, "\(result.output)")
    }

    @Test("a metered run makes the table of a run that is not")
    func sameTable() async throws {
        let arguments = ["maze", "--steps", "40000", "--broker", "memory"]
        let metered = try await Self.bench(arguments + Self.brief)
        let plain = try await Program.json(["train"] + arguments + ["--no-evaluation"])
        #expect(try #require(metered["tableDigest"] as? String) == plain["tableDigest"] as? String)
    }

    @Test(
        "bench maze --until makes a policy that is as good, in as many steps whatever carries the messages",
        arguments: [["--lanes", "64", "--cohorts", "2"], ["--lanes", "64", "--staleness", "0"]]
    )
    func until(_ layout: [String]) async throws {
        let documentation = try Self.documentation()
        var digests: Set<String> = []
        for broker in ["none", "memory"] {
            let arguments = ["maze", "--steps", "200000"] + layout
            let result = try await Self.bench(["--until", "0.95", "--broker", broker] + arguments)
            for key in result.keys { #expect(documentation.contains("`\(key)`"), "docs/cli.md does not name \(key)") }
            let reached = try #require(result["reached"] as? [String: Any])
            for key in reached.keys { #expect(documentation.contains("`\(key)`"), "docs/cli.md does not name \(key)") }
            #expect(try #require(reached["valueShare"] as? Double) >= 0.95)
            #expect(try #require(reached["steps"] as? Int) <= 200_000)
            digests.insert(try #require(reached["tableDigest"] as? String))
        }
        #expect(digests.count == 1)
    }

    @Test("a goal that is not reached within the steps is null")
    func outOfReach() async throws {
        let result = try await Self.bench(["maze", "--until", "1", "--steps", "2000", "--broker", "none"])
        #expect(result["reached"] is NSNull)
        let foreign = try await Program.run(["bench", "traffic", "--until", "0.95"])
        #expect(foreign.exitCode == 64)
    }
}
