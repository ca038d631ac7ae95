internal import ArgumentParser
internal import CommandBasics
internal import Evaluation
internal import Foundation
internal import ScenarioCatalogue
internal import SUMOSimulation
internal import Scenarios

/// A policy that acts in SUMO's own window.
package struct WindowOptions: ParsableArguments {
    /// As the argument parser makes it.
    package init() {}

    /// Whose window it is.
    enum Simulator: String, ExpressibleByArgument, CaseIterable { case sumo }

    @Option(help: "Show a policy that was learned in SUMO in the window of sumo-gui, instead of a page.")
    var simulator: Simulator?

    @Option(
        help: ArgumentHelp(
            "Who controls the lights: learned, stock, or a controller of evaluate traffic (default: learned).",
            valueName: "name"
        )
    )
    var controller: String?

    @Option(help: ArgumentHelp("Milliseconds between two seconds of the simulation (default: 100).", valueName: "ms"))
    var delay: Int?

    @Option(help: ArgumentHelp("The seed of the run, as an evaluation has it (default: its first).", valueName: "n"))
    var seed: UInt64?

    @Option(help: ArgumentHelp("Simulated seconds (default: the scenario's episode).", valueName: "n"))
    var seconds: Int?

    private static let usualDelay = 100

    package func validate() throws {
        let others = [
            ("--controller", controller != nil), ("--delay", delay != nil), ("--seed", seed != nil),
            ("--seconds", seconds != nil),
        ]
        if simulator == nil, let option = others.first(where: \.1)?.0 {
            throw ValidationError("\(option) is for SUMO's window; add --simulator sumo, or leave it out")
        }
        if let delay, !(0...10_000).contains(delay) {
            throw ValidationError("--delay \(delay): 0 to 10000 milliseconds")
        }
        if let seconds, !(60...31_622_400).contains(seconds) {
            throw ValidationError("--seconds \(seconds): 60 seconds to a year")
        }
    }

    /// Whether SUMO's window is wanted.
    package var isChosen: Bool { simulator != nil }

    /// Runs a policy, or who is named, for one seed; ends with the run or with the window.
    package func show(_ folders: [String]) async throws {
        guard let folder = folders.first, folders.count == 1 else {
            throw CommandFailure(.usage, "--simulator sumo shows one policy, not \(folders.count) folders")
        }
        let policy = try Policy(at: folder)
        guard let scenario = policy.scenario as? SUMOScenario else {
            throw CommandFailure(
                .usage,
                "\(folder) was not learned in SUMO: shardq view \(folder) shows it on a page; evaluate traffic --simulator sumo "
                    + "takes tables that were learned elsewhere"
            )
        }
        guard let display = ProcessInfo.processInfo.environment["DISPLAY"], !display.isEmpty else {
            throw CommandFailure(
                .unavailable,
                "SUMO's window needs a display, and DISPLAY is not set: run it on a desktop, or under xvfb-run"
            )
        }
        var evaluation = try SUMOEvaluation(
            scenario: scenario,
            seeds: seed.map { [$0] } ?? TrafficEvaluation.seeds(1),
            seconds: seconds
        )
        let contender = try contender(policy, evaluation)
        evaluation.window = SUMOWindow(delay: delay ?? Self.usualDelay)
        Console.note("\(contender.name) in SUMO's window, seed \(evaluation.seeds[0]); closing the window ends it")
        do {
            let comparison = try await evaluation.compare([contender])
            let table = comparison.table.plainText(width: Console.resultColumns)
            try Console.result("\(comparison.title)\n\n\(String(table.dropLast()))")
        } catch let failure as SUMOFailure where failure.code == .closed {
            Console.note("\(failure): no figures")
        }
    }

    private func contender(_ policy: Policy, _ evaluation: SUMOEvaluation) throws -> SUMOEvaluation.Contender {
        let name = controller ?? "learned"
        if name == "learned" {
            return .controller(
                LearnedController(
                    table: policy.table,
                    encoder: evaluation.scenario.makeEncoder(),
                    decisionInterval: evaluation.scenario.settings.decisionInterval
                )
            )
        }
        let names = try SUMOContest.names(name)
        guard names.count == 1 else { throw CommandFailure(.usage, "--controller \(name): one at a time") }
        if name == "stock" { return .stock }
        let greens = name == "webster" ? try evaluation.websterGreens() : []
        return .controller(try evaluation.classical(websterGreens: greens).named(name))
    }
}
