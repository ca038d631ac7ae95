internal import ArgumentParser
internal import Checkpoints
internal import CommandBasics
internal import Foundation
internal import OffPolicy
internal import ScenarioCatalogue
internal import Scenarios
internal import TabularLearning

/// Learns from a log of served decisions.
struct LogTraining: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: FeedbackOptions.name,
        abstract: "Learn from a log of served decisions.",
        usage: "shardq train --from-log <file> --policy <folder> --output <folder> [<options>]",
        discussion: """
            The problem and the way to learn are those of the policy that was served. The same log gives the same table, bit by \
            bit; docs/serving.md says what a log needs for that.
            """,
        shouldDisplay: false
    )

    @OptionGroup var feedback: FeedbackOptions

    @Option(help: ArgumentHelp("Folder for the new policy.", valueName: "folder"), completion: .directory)
    var output: String

    @Option(help: "How often to go through the log.")
    var passes = 10

    @Flag(name: .customLong("continue"), help: "Begin with the policy's values instead of anew.")
    var continues = false

    @Flag(help: "Print one JSON object on standard output (see docs/cli.md).")
    var json = false

    func validate() throws {
        guard (1...1_000_000).contains(passes) else { throw ValidationError("--passes \(passes): 1 to 1000000") }
    }

    /// The object that `--json` prints; documented in `docs/cli.md`.
    private struct Result: Encodable {
        var scenario: String
        var decisions: Int
        var rewards: Int
        var transitions: Int
        var passes: Int
        var stateless: Int
        var tableDigest: String
        var output: String
    }

    func run() async throws {
        let (policy, log) = try feedback.read()
        guard !FileManager.default.fileExists(atPath: output + "/policy.json") else {
            throw CommandFailure(.usage, "--output \(output) has a policy already: name another folder")
        }
        try ResultOptions.checkOutput(output)
        guard !log.transitions.isEmpty else {
            throw CommandFailure(
                .badInput,
                "the log has no decision with a state of which it is known what came next: nothing to learn from"
            )
        }
        var description = policy.description
        description.parameters.update = .qLearning
        description.parameters.replay = .none
        let table = try learned(log.transitions, policy, description.parameters)
        let lanes = description.scenario.scenario.lanesPerReplica
        description.lanes = lanes
        description.cohorts = 1
        description.isFromLog = true
        description.exchange = .rounds
        description.steps = UInt64(log.transitions.count) * UInt64(passes)
        description.plannedSteps = (description.steps + UInt64(lanes) - 1) / UInt64(lanes) * UInt64(lanes)
        let folder = PolicyFolder(description: description, table: table, space: policy.space)
        try folder.write(to: URL(fileURLWithPath: output))
        if log.statelessCount > 0 {
            Console.note("\(log.statelessCount) decisions have no state; nothing is learned from them")
        }
        let result = Result(
            scenario: description.scenario.name.rawValue,
            decisions: log.decisionCount,
            rewards: log.rewardCount,
            transitions: log.transitions.count,
            passes: passes,
            stateless: log.statelessCount,
            tableDigest: folder.digest.description,
            output: output
        )
        try Console.result(
            json
                ? encodeJSON(result)
                : "\(result.scenario): \(result.transitions) transitions of the log, \(passes) times\ntable digest \(result.tableDigest)"
        )
    }

    private func learned(
        _ transitions: [LoggedTransition],
        _ policy: Policy,
        _ parameters: LearningParameters
    ) throws -> ActionValueTable {
        guard parameters.objection == nil, parameters.discount < 1 || policy.description.parameters.update == .qLearning
        else {
            throw CommandFailure(
                .badInput,
                "\(feedback.policy) was learned by \(policy.description.parameters.update.rawValue), whose settings plain "
                    + "Q-learning cannot take over: serve a policy that was learned by q-learning"
            )
        }
        var table =
            continues
            ? policy.table
            : policy.scenario.initialTable
                ?? ActionValueTable(
                    rowCount: policy.table.rowCount,
                    actionCount: policy.table.actionCount,
                    initialValue: parameters.initialValue
                )
        let learner = BatchLearner(transitions, initialValue: parameters.initialValue)
        for _ in 0..<passes { learner.pass(&table, discount: parameters.discount, stepSize: parameters.stepSize) }
        guard table.cells.allSatisfy(\.value.isFinite) else {
            throw CommandFailure(.badInput, "the rewards of the log are so large that a value is no number any more")
        }
        return table
    }
}
