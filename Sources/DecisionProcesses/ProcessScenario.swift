internal import ArgumentParser
package import Evaluation
package import Reports
package import ScenarioCatalogue
package import Scenarios
package import TabularLearning

/// A scenario that is a decision process small enough to be written out: its optimum is known exactly.
///
/// Learning, evaluation, certificate and goal come from the process; the scenario brings the rules of its field.
package protocol ProcessScenario: CataloguedScenario, RestorableScenario {
    /// The process itself.
    var process: DecisionProcess { get }

    /// The state in which what is compared begins.
    var start: Int { get }

    /// The states in which what is compared begins, all equally likely; one may stand there several times.
    var starts: [Int] { get }

    /// By what ways to decide are compared.
    var yardstick: ProcessYardstick { get }

    /// The discount by which ways to decide are compared, whatever they were learned with; `nil` for that with which they were.
    var comparedDiscount: Double? { get }

    /// What nobody can do better than, beside the optimum of the process: by name, computed.
    ///
    /// - Throws: `LinearProgrammingError` where a program has no solution.
    func bounds() throws -> [ProcessBound]

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

/// What a problem would be worth without the limits of its process.
package struct ProcessBound: Sendable {
    package let name: String
    /// From the start; `nil` where what computes it is not installed.
    package let value: Double?
    /// What is missing.
    package var missing = ""

    /// Takes all of it.
    package init(name: String, value: Double?, missing: String = "") {
        self.name = name
        self.value = value
        self.missing = missing
    }
}

/// A figure that each step of a process adds to.
package struct ProcessFigure: Sendable {
    package let name: String
    package let unit: String
    package let preference: MetricSummary.Preference
    /// Whether it is the mean over steps rather than the sum of an episode.
    package var isMean = true
    /// What a step adds, given state, action and outcome.
    package let value: @Sendable (Int, Int, DecisionProcess.Outcome) -> Double

    /// Takes all of it.
    package init(
        name: String,
        unit: String,
        preference: MetricSummary.Preference,
        isMean: Bool = true,
        value: @escaping @Sendable (Int, Int, DecisionProcess.Outcome) -> Double
    ) {
        self.name = name
        self.unit = unit
        self.preference = preference
        self.isMean = isMean
        self.value = value
    }
}

extension ProcessScenario {
    /// A replica is one lane.
    package var lanesPerReplica: Int { 1 }

    /// Every state's value depends on its neighbours'.
    package var affinityFactor: Int? { nil }

    /// One.
    package var starts: [Int] { [start] }

    /// By that of what was learned.
    package var comparedDiscount: Double? { nil }

    /// Nothing.
    package func bounds() throws -> [ProcessBound] { [] }

    /// By discounted returns.
    package var yardstick: ProcessYardstick { .discounted }

    /// No pictures.
    package func charts(_ solution: ExactSolution, learned: ActionValueTable?) -> [Chart] { [] }

    /// One way through the process a replica.
    package func makeEnvironment(replicas: Range<Int>, seed: UInt64) -> any RestorableEnvironment {
        ProcessEnvironment(self, replicas: replicas, seed: seed)
    }

    /// By simulating the process.
    package func compare(_ policies: [EvaluatedPolicy], _ run: ProcessContest.Run) async throws -> EvaluationOutcome {
        try await ProcessContest(self, policies).outcome(run)
    }

    package func evaluate(_ policy: EvaluatedPolicy, isQuiet: Bool, withCharts: Bool) async throws -> EvaluationOutcome?
    {
        try await compare([policy], .init(seedCount: 10, isQuiet: isQuiet, withCharts: withCharts))
    }

    package func figure(of policy: EvaluatedPolicy, seedCount: Int) async throws -> MetricSummary? {
        try await compare([policy], .init(seedCount: seedCount, isQuiet: true, withCharts: false))
            .figure(of: "learned")
    }

    package func goal(share: Double, discount: Double) -> (any LearningGoal)? {
        let (process, discount) = (process, comparedDiscount ?? discount)
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
    package static func overAllStates(
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
