import Foundation
import RabbitMQMessaging
import Testing
import shardq

/// The main promise, with the real program, real processes and a real broker.
@Suite("One digest from every layout", .serialized)
struct LayoutDigestTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let scenario: [String]
        let seed: Int
        var testDescription: String { "\(scenario.joined(separator: " ")), seed \(seed)" }
    }

    /// The ways in which scenarios are run that reach more than their defaults do.
    private static let chosen = [
        ["maze", "--steps", "40000"],
        ["maze", "--steps", "20000", "--replay", "prioritized:5000:3"],
        ["traffic", "--steps", "200000"],
        [
            "traffic", "--steps", "100000", "--layout", "arterial", "--demand-pattern", "platoons", "--separate-tables",
            "--update", "sarsa",
        ],
        ["traffic", "--steps", "100000", "--network", RoadNetworkExample.path],
        ["junction", "--steps", "100000", "--update", "double-q-learning"],
        ["synthetic", "--steps", "50000", "--lanes", "512", "--states", "1009", "--update", "expected-sarsa"],
        ["routing", "--steps", "100000", "--load", "2"],
        ["routing", "--steps", "50000", "--load", "2", "--rule", "echo", "--staleness", "0"],
        ["routing", "--steps", "50000", "--load", "2", "--echo", "0.3", "--ask-first", "--staleness", "20"],
        ["routing", "--steps", "50000", "--load", "3", "--model", "link", "--start", "hops", "--echo", "0.1"],
    ]

    /// Whatever else is in the catalogue.
    private static let others = Set(Catalogue.samples.map(\.name)).subtracting(chosen.map { $0[0] }).sorted().map {
        [$0, "--steps", "20000", "--simulations", "64", "--cohorts", "2", "--staleness", "1"]
    }

    static let cases =
        chosen.flatMap { scenario in [1, 2].map { Case(scenario: scenario, seed: $0) } }
        + others.map { Case(scenario: $0, seed: 1) }

    private static func digest(_ run: Case, _ layout: [String]) async throws -> String {
        try await digest(run.scenario + ["--seed", "\(run.seed)"], layout)
    }

    /// In a layout: the node that the tests share.
    ///
    /// A node for each run, as `local` starts one, costs more than the run.
    private static let shared = "shared"

    /// Trains; the ledger must balance.
    static func digest(_ arguments: [String], _ layout: [String]) async throws -> String {
        let address = layout.contains(shared) ? try await BrokerRun.broker.address : nil
        let layout = layout.map { $0 == shared ? address?.description ?? $0 : $0 }
        let arguments = ["train"] + arguments + ["--no-evaluation"] + layout
        let result = try await Program.json(arguments, environment: address?.credentialEnvironment ?? [:])
        let ledger = try #require(result["ledger"] as? [String: Any])
        #expect(ledger["issued"] as? Int == ledger["applied"] as? Int)
        #expect((ledger["issued"] as? Int ?? 0) > 1000)
        return try #require(result["tableDigest"] as? String)
    }

    private static func layouts(of run: Case) -> [[String]] {
        // What is the engine's is shown by the chosen runs; of another scenario that it is no exception.
        guard chosen.contains(run.scenario) else {
            let memory = ["--broker", "memory", "--workers", "3", "--shards", "5"]
            let isShownInFull = (others.firstIndex(of: run.scenario) ?? 0) % 4 == 0
            return [memory] + (isShownInFull ? [["--broker", shared, "--workers", "2"]] : [])
        }
        // Another seed takes other turns through the same code: one layout of each kind.
        guard run.seed == 1 else {
            return [["--broker", "none", "--threads", "3"]]
                + ["memory", shared].map { ["--broker", $0, "--workers", "3", "--shards", "5"] }
        }
        var layouts = ["1", "2", "3", "8"].map { ["--broker", "memory", "--workers", $0] }
        layouts += ["2", "3"].map { ["--broker", "none", "--threads", $0] }
        layouts += ["2", "4"].map { ["--broker", shared, "--workers", $0] }
        if run.scenario == chosen[0] { layouts.append(["--broker", "local", "--workers", "2"]) }
        var rules = ["range", "modulo", "hash"]
        if run.scenario[0] == "routing" { rules += ["scenario", "router", "cut"] }
        if run.scenario.contains("--separate-tables") { rules.append("scenario") }
        layouts += rules.map { ["--broker", "memory", "--workers", "3", "--shards", "5", "--partition", $0] }
        return layouts
    }

    @Test("every broker, worker count and partitioner ends in the digest of the serial reference", arguments: cases)
    func sameDigest(_ run: Case) async throws {
        let reference = try await Self.digest(run, ["--broker", "none"])
        #expect(reference.count == 64)
        for layout in Self.layouts(of: run) {
            #expect(try await Self.digest(run, layout) == reference, "\(layout)")
        }
    }

    @Test("rounds that share messages, and rounds that do not, end in the digest of the serial reference")
    func sharedMessages() async throws {
        let run = Case(scenario: ["maze", "--steps", "60000", "--lanes", "16", "--cohorts", "6"], seed: 1)
        let reference = try await Self.digest(run, ["--broker", "none"])
        for broker in ["memory", Self.shared] {
            for together in ["1", "2", "6"] {
                let layout = ["--broker", broker, "--workers", "2", "--cohorts-per-message", together]
                #expect(try await Self.digest(run, layout) == reference, "\(layout)")
            }
            #expect(try await Self.digest(run, ["--broker", broker, "--workers", "3"]) == reference)
        }
    }

    @Test("seeds differ")
    func seedsDiffer() async throws {
        var digests: [String] = []
        for seed in 1...2 {
            let run = Case(scenario: ["maze", "--steps", "20000"], seed: seed)
            digests.append(try await Self.digest(run, ["--broker", "none"]))
        }
        #expect(digests[0] != digests[1])
    }

    @Test("the original stepwise protocol ends in the digest of the serial reference without staleness")
    func stepwise() async throws {
        let run = Case(scenario: ["maze", "--steps", "3000"], seed: 1)
        let reference = try await Self.digest(run, ["--broker", "none", "--staleness", "0", "--lanes", "1"])
        for broker in ["memory", Self.shared] {
            let layout = ["--protocol", "stepwise", "--broker", broker, "--workers", "2"]
            #expect(try await Self.digest(run, layout) == reference)
        }
    }
}

/// The network file of the documentation.
private enum RoadNetworkExample {
    static let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("../../docs/examples/station-road.yaml").standardized.path
}
