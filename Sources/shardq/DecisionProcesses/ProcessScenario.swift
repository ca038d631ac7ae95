internal import ArgumentParser
internal import Evaluation
internal import Reports
internal import Scenarios
internal import TabularLearning

/// A scenario that is a decision process small enough to be written out: its optimum is known exactly.
///
/// Learning, evaluation, certificate and goal come from the process; the scenario brings the rules of its field.
protocol ProcessScenario: CataloguedScenario, RestorableScenario {
    /// The process itself.
    var process: DecisionProcess { get }

    /// The state in which what is compared begins.
    var start: Int { get }

    /// The states in which what is compared begins, all equally likely; one may stand there several times.
    var starts: [Int] { get }

    /// By what ways to decide are compared.
    var yardstick: ProcessYardstick { get }

    /// Where episodes of training begin, all equally likely.
    var trainingStarts: [Int] { get }

    /// The steps after which an episode of training is cut; `nil` where each ends by itself.
    var stepLimit: Int? { get }

    /// What is compared, in words.
    var subject: String { get }

    /// The rules of the field, the best of a family where it has a number to be chosen.
    func rules(_ solution: ExactSolution) -> [Controller]

    /// What is counted beside the return.
    var figures: [ProcessFigure] { get }

    /// Compares policies with the rules and the optimum by simulation, with the exact gap of each.
    func compare(_ policies: [EvaluatedPolicy], _ run: ProcessContest.Run) async throws -> EvaluationOutcome

    /// Pictures of its own.
    func charts(_ solution: ExactSolution, learned: ActionValueTable?) -> [Chart]
}

/// A figure that each step of a process adds to.
struct ProcessFigure: Sendable {
    let name: String
    let unit: String
    let preference: MetricSummary.Preference
    /// Whether it is the mean over steps rather than the sum of an episode.
    var isMean = true
    /// What a step adds, given state, action and outcome.
    let value: @Sendable (Int, Int, DecisionProcess.Outcome) -> Double
}

extension ProcessScenario {
    /// A replica is one lane.
    var lanesPerReplica: Int { 1 }

    /// Every state's value depends on its neighbours'.
    var affinityFactor: Int? { nil }

    /// One.
    var starts: [Int] { [start] }

    /// By discounted returns.
    var yardstick: ProcessYardstick { .discounted }

    /// No pictures.
    func charts(_ solution: ExactSolution, learned: ActionValueTable?) -> [Chart] { [] }

    /// One way through the process a replica.
    func makeEnvironment(replicas: Range<Int>, seed: UInt64) -> any RestorableEnvironment {
        ProcessEnvironment(self, replicas: replicas, seed: seed)
    }

    /// By simulating the process.
    func compare(_ policies: [EvaluatedPolicy], _ run: ProcessContest.Run) async throws -> EvaluationOutcome {
        try await ProcessContest(self, policies).outcome(run)
    }

    func evaluate(_ policy: EvaluatedPolicy, isQuiet: Bool, withCharts: Bool) async throws -> EvaluationOutcome? {
        try await compare([policy], .init(seedCount: 10, isQuiet: isQuiet, withCharts: withCharts))
    }

    func figure(of policy: EvaluatedPolicy, seedCount: Int) async throws -> MetricSummary? {
        try await compare([policy], .init(seedCount: seedCount, isQuiet: true, withCharts: false))
            .figure(of: "learned")
    }

    func goal(share: Double, discount: Double) -> (any LearningGoal)? {
        let process = process
        guard process.canAlwaysEnd || discount <= ExactSolution.longestHorizon else { return nil }
        return ProcessGoal(share: share, worth: ProcessWorth(self, ExactSolution(process, discount: discount)))
    }
}

/// How good the greedy policy of a table has to be: at most so far below the optimum, as a share of the optimum's size.
struct ProcessGoal: LearningGoal {
    /// The share that is asked for, 0...1.
    let share: Double
    let worth: ProcessWorth

    /// 1 for the optimum, less by what a table's policy is worth less, measured by the optimum; also where all values are costs.
    func share(of table: ActionValueTable) -> Double {
        let solution = worth.solution
        let learned = Controller("learned", in: solution.process, policy: solution.policy(of: table))
        return 1 - worth.gap(of: worth.value(of: learned))
    }
}

extension TrainingDefaults {
    /// Many lanes that act at random at first and seldom at last, so that every state is seen.
    ///
    /// - Parameters:
    ///   - discount: γ.
    ///   - stepSize: The rule for α.
    ///   - steps: Lane-steps.
    ///   - finalEpsilon: The share of random actions at last.
    ///   - fifths: In how many fifths of the steps exploration falls to that.
    ///   - initialValue: Q₀.
    /// - Returns: The settings.
    static func overAllStates(
        discount: Float,
        stepSize: StepSize,
        steps: UInt64,
        finalEpsilon: Double = 0.1,
        fifths: UInt64 = 4,
        initialValue: Float = 0
    ) -> Self {
        TrainingDefaults(
            parameters: LearningParameters(
                discount: discount,
                stepSize: stepSize,
                epsilon: .linear(initial: 1, final: finalEpsilon, steps: steps / 5 * fifths),
                initialValue: initialValue
            ),
            lanes: 256,
            cohorts: 2,
            steps: steps
        )
    }
}
