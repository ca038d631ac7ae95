internal import CommandBasics
internal import Scenarios
internal import TabularLearning
internal import TrainingRuns

/// The object that `shardq bench --until SHARE --json` prints; documented in `docs/cli.md`.
struct GoalResult: Encodable {
    /// A run that reached the goal.
    struct Reached: Encodable {
        var steps: UInt64
        var wallSeconds: Double
        var stepsPerSecond: Double
        var valueShare: Double
        var tableDigest: String
    }

    var who = "shardq"
    var scenario: String
    var seed: UInt64
    var broker: String
    var workers: Int
    var threads: Int
    var lanes: Int
    var cohorts: Int
    var states: UInt64
    var actions: Int
    var staleness: Int
    var until: Double
    var plannedSteps: UInt64
    /// `nil` when the goal is not reached within `plannedSteps`; the key is there all the same.
    var reached: Reached?

    init(_ run: TrainingRun, scenario: String, broker: String, until: Double, reached: Reached?) {
        self.scenario = scenario
        seed = run.seed
        self.broker = broker
        workers = broker == "none" ? 0 : run.workers
        threads = run.threads
        lanes = run.lanes
        cohorts = run.cohorts
        states = run.scenario.space.stateCount
        actions = run.scenario.space.actionCount
        staleness = run.parameters.staleness.rawValue
        self.until = until
        plannedSteps = run.steps
        self.reached = reached
    }

    private enum Key: String, CodingKey {
        case who, scenario, seed, broker, workers, threads, lanes, cohorts, states, actions, staleness, until
        case plannedSteps, reached
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(who, forKey: .who)
        try container.encode(scenario, forKey: .scenario)
        try container.encode(seed, forKey: .seed)
        try container.encode(broker, forKey: .broker)
        try container.encode(workers, forKey: .workers)
        try container.encode(threads, forKey: .threads)
        try container.encode(lanes, forKey: .lanes)
        try container.encode(cohorts, forKey: .cohorts)
        try container.encode(states, forKey: .states)
        try container.encode(actions, forKey: .actions)
        try container.encode(staleness, forKey: .staleness)
        try container.encode(until, forKey: .until)
        try container.encode(plannedSteps, forKey: .plannedSteps)
        // Written as null where there is none, unlike what would be synthesised.
        try container.encode(reached, forKey: .reached)
    }

    /// The figures in words.
    var text: String {
        let by = BenchResult.layout(broker: broker, workers: workers, threads: threads)
        let title = "\(scenario), \(lanes) lanes × \(cohorts) cohorts, staleness \(staleness), \(by)"
        guard let reached else {
            return "\(title)\n\((100 * until).short)% of the optimum: not reached within \(plannedSteps) steps"
        }
        return
            "\(title)\n\((100 * until).short)% of the optimum: \(reached.steps) steps in \(reached.wallSeconds.short) s"
    }
}
