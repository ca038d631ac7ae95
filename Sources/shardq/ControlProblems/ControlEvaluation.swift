internal import ArgumentParser
internal import ClassicWorlds
internal import CommandBasics
internal import Evaluation
internal import NeuralLearning
internal import NeuralRuns
internal import ScenarioCatalogue
internal import Scenarios

/// Compares policies of a mechanical system with the rules of its field and chance.
struct ControlEvaluation<Entry: ControlEntry>: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: Entry.name,
            abstract: "Compare policies of \(Entry.name) with rules that see its numbers, and with chance.",
            discussion: """
                Without --policy the rules are compared among themselves. With --fresh tables are trained here with the scenario's \
                defaults, one per seed, and each plays. A folder of --policy may hold a table or a network.
                """
        )
    }

    @OptionGroup var common: EvaluationOptions
    @OptionGroup(title: "The problem, where no policy is named") var options: ControlOptions<Entry.System>

    @Flag(help: "Train a table for each seed, and see how many solve the problem.")
    var fresh = false

    func run() async throws {
        var common = common
        let networks = try takeNetworks(from: &common.policies)
        let job = EvaluationJob(common)
        let learned = try job.policies(of: ScenarioName(of: Entry.System.self), given: options.given)
        let configuration = try learned?.configuration ?? Entry.configuration(options, discount: nil)
        guard let scenario = configuration.scenario as? Entry.System else { return }
        try job.checkOutput()
        let contest = ControlContest<Entry.System>(scenario.coder, learned?.evaluated ?? [], networks: networks)
        guard fresh else {
            return try job.deliver(
                try await contest.outcome(
                    seedCount: common.seeds,
                    isQuiet: common.quiet,
                    withCharts: common.output != nil
                )
            )
        }
        guard common.policies.isEmpty, networks.isEmpty else {
            throw CommandFailure(.usage, "--fresh trains its own tables: leave --policy out")
        }
        try job.deliver(
            try await contest.outcomeOfFreshTables(
                seedCount: common.seeds,
                isQuiet: common.quiet,
                withCharts: common.output != nil
            )
        )
    }

    /// Takes the folders that hold networks out of those that are named.
    private func takeNetworks(from folders: inout [String]) throws -> [NetworkFolder] {
        let found = folders.filter { NetworkFolder.exists(at: $0) }
        folders.removeAll { found.contains($0) }
        if let option = options.given.first, !found.isEmpty {
            throw CommandFailure(.usage, "\(option) is for tables, and \(found[0]) has a network: leave it out")
        }
        let featureCount = ControlWorld(Entry.System.Problem()).featureCount
        return try found.map { folder in
            let network = try NetworkFolder(at: folder)
            let scenario = network.description.scenario
            guard scenario == Entry.name else {
                throw CommandFailure(.usage, "\(folder) was learned on \(scenario), not on \(Entry.name)")
            }
            try Entry.System.check(network.description, in: folder)
            let inputCount = network.description.shape.inputCount
            guard inputCount == featureCount else {
                throw CommandFailure(
                    .badInput,
                    "\(folder) has a network of \(inputCount) numbers, and \(Entry.name) is seen as \(featureCount): it was "
                        + "learned on another form of \(Entry.name), so train it anew"
                )
            }
            return network
        }
    }
}
