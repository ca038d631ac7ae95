import Checkpoints
import Evaluation
import Foundation
import SUMOSimulation
import Scenarios
import TabularLearning
import Testing

@Suite("A policy as a program for SUMO", .enabled(if: SampleNetwork.isInstalled), .serialized)
struct TraCIProgramTests {
    private struct Description: Codable, Sendable { var name = "a policy" }

    private let user: ConfiguredNetwork

    init() throws { user = try ConfiguredNetwork("with a policy") }

    /// A table that is worth a test: every third state unknown, values without any order.
    private func table(of scenario: SUMOScenario) -> ActionValueTable {
        let actionCount = scenario.space.actionCount
        var table = ActionValueTable(
            rowCount: Int(scenario.space.stateCount),
            actionCount: actionCount,
            initialValue: 0
        )
        for row in 0..<table.rowCount where row % 3 != 0 {
            for action in 0..<actionCount {
                let random = SplitMix64.mix(UInt64(row * actionCount + action))
                // A few values only, so that there are ties; some actions were never tried.
                guard random % 4 != 0 else { continue }
                table.update(row: row, action: action, toward: Float(random >> 60) - 8, stepSize: .constant(1))
            }
        }
        return table
    }

    /// Runs the exported program with the policy's folder and nothing else, and returns what it prints.
    private func run(_ program: String, _ folder: URL, seed: Int, seconds: Int) throws -> (
        status: Int32, output: String
    ) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["python3", program, folder.path, "--seed", "\(seed)", "--seconds", "\(seconds)"]
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let output = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return (process.terminationStatus, output.trimmingCharacters(in: .newlines))
    }

    /// Exports a policy and compares what the program prints with what evaluation says.
    private func compare(_ scenario: SUMOScenario, seeds: [Int]) throws {
        let table = table(of: scenario)
        let policy = PolicyFolder(description: Description(), table: table)
        let folder = user.folder.appendingPathComponent("policy")
        try policy.write(to: folder)
        let program = TraCIProgram(scenario, digest: policy.digest.description, origin: "A test.")
        try user.write(try program.text(), to: "run.py")
        let evaluation = try SUMOEvaluation(scenario: scenario, seeds: [1], seconds: 240)
        for seed in seeds {
            let learned = LearnedController(
                table: table,
                encoder: scenario.makeEncoder(),
                decisionInterval: scenario.settings.decisionInterval
            )
            let metrics = try evaluation.run(.controller(learned), seed: UInt64(seed))
            #expect(try #require(metrics.coverage).unvisited > 0)
            let printed = try run(user.path("run.py"), folder, seed: seed, seconds: 240)
            #expect(printed.status == 0)
            #expect(Double(printed.output) == metrics.delay)
        }
    }

    @Test(
        "it reproduces the evaluation's delay to the last digit, whatever the state holds",
        arguments: [SignalObservation.Detail.strongestOther, .everyPhase]
    )
    func reproduces(_ detail: SignalObservation.Detail) throws {
        var scenario = try user.scenario("<human-readable-time value=\"true\"/><begin value=\"30\"/>")
        scenario.settings.observation.detail = detail
        scenario.settings.observation.demandBins = [1, 4]
        if detail == .strongestOther {
            scenario.settings.observation.neighborBins = [1, 3]
            scenario.settings.observation.seesFullExits = true
        }
        try compare(scenario, seeds: [1, 2])
        // Another policy's table is no data of this program.
        let folder = user.folder.appendingPathComponent("policy")
        var other = table(of: scenario)
        other.update(row: 0, action: 0, toward: 1, stepSize: .constant(1))
        try PolicyFolder(description: Description(), table: other).write(to: folder)
        #expect(try run(user.path("run.py"), folder, seed: 1, seconds: 10).status != 0)
    }

    @Test("it sees what evaluation sees of short lanes, of who waits outside, of pedestrians, and of who stands inside")
    func sights() throws {
        let short = try HandMadeNetwork.crossing(lastPiece: 0.9)
        for input in [short, try PedestrianTests.junction(), try HeldChangeTests.crawl()] {
            let network = try SUMONetwork(reading: input)
            var scenario = SUMOScenario(input: input, network: network)
            scenario.settings.timing.maximumRed = max(120, scenario.neededMaximumRed)
            try compare(scenario, seeds: [1])
        }
    }
}
