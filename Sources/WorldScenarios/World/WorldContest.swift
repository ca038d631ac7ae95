internal import ArgumentParser
internal import CommandBasics
internal import Evaluation
internal import Foundation
internal import Reports
internal import ScenarioCatalogue
internal import Scenarios
internal import TabularLearning

/// A learned policy in its own world, beside random actions: whole episodes, the same first states for both.
struct WorldContest {
    private let scenario: WorldScenario
    private let policy: EvaluatedPolicy
    private let seedCount: Int
    private let tiles: TileCoding?

    /// Episodes of each evaluation seed.
    private static let episodeCount = 20
    /// A world that does not end its episodes is left after so many steps.
    private static let stepLimit = 20_000
    /// Away from the seeds that one trains with.
    private static let seed: UInt64 = 1 << 40

    init(_ scenario: WorldScenario, _ policy: EvaluatedPolicy, seedCount: Int = 10) {
        self.scenario = scenario
        self.policy = policy
        self.seedCount = seedCount
        tiles = scenario.tiles
    }

    /// Plays the episodes.
    ///
    /// - Throws: `CommandFailure` when the world cannot be played.
    func outcome(withCharts: Bool) throws -> EvaluationOutcome {
        do throws(EnvironmentFailure) {
            let learned = try play { state, mask, _ in greedyAction(of: state, allowed: mask) }
            let random = CounterBasedRandom(seed: Self.seed, stream: .controller)
            let guessed = try play { _, mask, draw in
                ActionMask.pick(from: mask, random: random.value(lane: draw.lane, step: draw.step) >> 32)
            }
            return try outcome(learned: learned, random: guessed, withCharts)
        } catch {
            throw CommandFailure(.badInput, error.description)
        }
    }

    /// The mean return of the first episodes of each seed; `nil` where none of them came to an end.
    private func play(
        _ choose: (_ state: UInt64, _ mask: UInt64, _ draw: (lane: UInt64, step: UInt64)) -> UInt8
    ) throws(EnvironmentFailure) -> [Double?] {
        var world = try WorldLanes(scenario, replicas: 0..<seedCount, seed: Self.seed)
        var batch = StepBatch()
        world.begin(&batch)
        let agents = scenario.lanesPerReplica
        var scores = Array(repeating: Score(), count: seedCount)
        var steps: UInt64 = 0
        while steps < Self.stepLimit, scores.contains(where: { $0.episodes < Self.episodeCount * agents }) {
            let all = ActionMask.all(scenario.space.actionCount)
            let actions = (0..<batch.decisionCount).map { index in
                let mask = batch.queries.masks.isEmpty ? all : batch.queries.masks[index]
                return choose(batch.queries.states[index], mask, (UInt64(batch.queries.lanes[index]), steps))
            }
            try world.step(actions, &batch)
            for (lane, episodeReturn) in world.ended {
                scores[lane / agents].note(episodeReturn, limit: Self.episodeCount * agents)
            }
            steps += 1
        }
        return scores.map(\.mean)
    }

    private struct Score {
        private(set) var episodes = 0
        private var sum = 0.0

        mutating func note(_ episodeReturn: Double, limit: Int) {
            guard episodes < limit else { return }
            episodes += 1
            sum += episodeReturn
        }

        var mean: Double? { episodes == 0 ? nil : sum / Double(episodes) }
    }

    /// The best of the allowed actions that were ever tried; the lowest of all where none was.
    private func greedyAction(of state: UInt64, allowed mask: UInt64) -> UInt8 {
        let table = policy.table
        if let tiles {
            let lowest = UInt8(truncatingIfNeeded: mask.trailingZeroBitCount)
            return tiles.greedyAction(of: state, in: table, allowed: mask).map { UInt8($0) } ?? lowest
        }
        let start = Int(state) * table.actionCount
        let allowed = (0..<table.actionCount).filter { mask >> UInt64($0) & 1 == 1 }
        let tried = allowed.filter { table.cells[start + $0].visitCount > 0 }
        let best = tried.max { (table.cells[start + $0].value, $1) < (table.cells[start + $1].value, $0) }
        return UInt8(best ?? allowed.first ?? 0)
    }

    private func outcome(
        learned: [Double?],
        random: [Double?],
        _ withCharts: Bool
    ) throws(EnvironmentFailure) -> EvaluationOutcome {
        // A seed of which either has nothing to show would compare unlike with unlike.
        let complete = learned.indices.filter { learned[$0] != nil && random[$0] != nil }
        guard complete.count > 1 else {
            throw EnvironmentFailure(
                "the world '\(scenario.command)' ends its episodes so rarely that \(Self.stepLimit) steps say nothing of a policy"
            )
        }
        let title =
            "\(scenario.description.name), return of an episode: up to \(Self.episodeCount) episodes for each of "
            + "\(complete.count) seeds, \(Self.stepLimit) steps at most"
        let contenders = [("learned", learned), ("random", random)].map { name, values in
            Comparison.Contender(
                name: name,
                metrics: [
                    MetricSummary(
                        name: "return",
                        unit: "",
                        preference: .higher,
                        values: complete.compactMap { values[$0] }
                    )
                ]
            )
        }
        let comparison = Comparison(
            title: title,
            seeds: complete.map { UInt64($0 + 1) },
            contenders: contenders
        )
        return EvaluationOutcome(
            scenario: ScenarioName(of: WorldScenario.self),
            comparison: comparison,
            reference: "learned",
            policies: [policy],
            charts: withCharts ? [ComparisonCharts.bars(comparison, highlighting: "learned")].compactMap(\.self) : []
        )
    }
}

extension EvaluateCommand {
    /// Plays a policy in its own world.
    struct World: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: WorldScenario.name,
            abstract: "Play a policy in the world it was learned in, beside random actions."
        )

        @OptionGroup var common: EvaluationOptions

        @Option(
            help: ArgumentHelp(
                "What starts the world, as in a shell; never taken from the folder.",
                valueName: "command"
            )
        )
        var command: String?

        func run() async throws {
            let job = EvaluationJob(common)
            let policy = try job.policy(of: ScenarioName(of: WorldScenario.self))
            guard let known = policy.configuration.scenario as? WorldScenario else { return }
            guard let command else {
                throw CommandFailure(
                    .usage,
                    "which world? The policy was learned in the one that '\(known.command)' starts: say so with --command"
                )
            }
            let scenario = known.started(by: command)
            try job.checkOutput()
            let contest = WorldContest(scenario, policy.evaluated, seedCount: common.seeds)
            try job.deliver(contest.outcome(withCharts: common.output != nil))
        }
    }
}
