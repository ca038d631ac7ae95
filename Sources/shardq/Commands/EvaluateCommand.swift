internal import ArgumentParser
internal import Evaluation
internal import Foundation

/// Compares a learned policy with the scenario's classical controllers.
struct EvaluateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "evaluate",
        abstract: "Compare a learned policy with the scenario's classical controllers on common random numbers.",
        discussion: """
            Example:
              shardq evaluate traffic --policy runs/grid --seeds 20
            """
    )

    @Argument(help: "The scenario: traffic, routing, maze or synthetic.")
    var scenario: ScenarioName

    @Option(help: "The policy folder.")
    var policy: String

    @Option(help: "Evaluation seeds; the same for every controller.")
    var seeds: Int = 10

    @Option(help: "Folder for evaluation.md, evaluation.csv and evaluation.json.")
    var output: String?

    @Flag(help: "Print one JSON object on standard output.")
    var json = false

    func validate() throws {
        guard (2...10_000).contains(seeds) else { throw ValidationError("--seeds \(seeds): 2 to 10000 seeds") }
    }

    func run() async throws {
        let policy = try Policy(at: policy)
        guard policy.description.scenario.name == scenario else {
            throw CommandFailure(
                .usage,
                "the policy was learned on \(policy.description.scenario.name), not on \(scenario)"
            )
        }
        let comparison = try PolicyEvaluation(
            policy.description.scenario,
            parameters: policy.description.parameters,
            seedCount: seeds
        ).compare(policy.table)
        guard let comparison else {
            throw CommandFailure(.usage, "there is nothing to evaluate on \(scenario): it is a throughput workload")
        }
        if let output { try EvaluationFiles(comparison).write(to: URL(fileURLWithPath: output)) }
        let text = "\(comparison.title)\n\n\(comparison.table.plainText.dropLast())"
        try Console.result(json ? encodeJSON(EvaluationResult(comparison)) : text)
    }
}
