public import ArgumentParser
internal import Scenarios
public import TabularLearning

/// The numbers of the learning rule; what is not given comes from the scenario.
struct LearningOptions: ParsableArguments {
    @Option(help: "Lane-steps of the whole run: rounds × lanes × cohorts, rounded up.")
    var steps: UInt64?

    @Option(help: "Seed of every random number (default: 1).")
    var seed: UInt64?

    @Option(help: "Lanes per cohort: independent streams of decisions that step together.")
    var lanes: Int?

    @Option(
        name: .customLong("simulations"),
        help: "Simulations in all, such as SUMOs that run at the same time, instead of --lanes (lights × simulations)."
    )
    var simulations: Int?

    @Option(help: "Cohorts in flight: while one waits for its shards another is stepped.")
    var cohorts: Int?

    @Option(
        help: """
            Rounds by which an update lags behind the next choice, 0 to 255: 0 makes a second round trip a step, above 1 \
            updates are held back (default: 1).
            """
    )
    var staleness: Int?

    @Option(help: "Discount γ per time step, 0...1.")
    var discount: Float?

    @Option(name: .customLong("step-size"), help: "Step size α: a number in (0, 1], or 'visits' for (H+1)/(H+1+n).")
    var stepSize: StepSizeArgument?

    @Option(help: "Exploration ε: a number in 0...1, or FROM:TO for a linear fall over 80% of the steps.")
    var epsilon: EpsilonArgument?

    @Option(name: .customLong("initial-value"), help: "Q₀, the value of every action before its first update.")
    var initialValue: Float?

    @Option(
        help: """
            Which of several actions with the same highest value is the greedy one: lowest, or random (drawn by the lane's \
            random number).
            """
    )
    var ties: Ties?

    @Option(
        name: .customLong("protocol"),
        help: """
            rounds: at most one message per shard and round. stepwise: the original design, every query to every shard and the rows \
            summed; it fixes one replica, one cohort and staleness 0 (default: rounds).
            """
    )
    var exchange: ExchangeProtocol?

    /// The lanes that a cohort may have.
    static let laneCounts = 1...(1 << 24)
    /// The cohorts that a run may have.
    static let cohortCounts = 1...1024
    /// The most lane-steps that can be asked for.
    static let mostSteps: UInt64 = 1 << 60

    func validate() throws {
        if let lanes, !Self.laneCounts.contains(lanes) {
            throw ValidationError("--lanes \(lanes): 1 to \(Self.laneCounts.upperBound) lanes")
        }
        if let steps, steps > Self.mostSteps { throw ValidationError("--steps \(steps): at most 2^60") }
        if let cohorts, !Self.cohortCounts.contains(cohorts) {
            throw ValidationError("--cohorts \(cohorts): 1 to 1024")
        }
        if let simulations, !(1...1024).contains(simulations) {
            throw ValidationError("--simulations \(simulations): 1 to 1024")
        }
        if simulations != nil, lanes != nil { throw ValidationError("--simulations with --lanes: one of them") }
        if let staleness, LearningParameters.Staleness(rawValue: staleness) == nil {
            throw ValidationError("--staleness \(staleness): 0 to 255 rounds")
        }
        if let discount, !(0...1).contains(discount) { throw ValidationError("--discount \(discount): 0 to 1") }
        if let initialValue, !initialValue.isFinite { throw ValidationError("--initial-value: a finite number") }
    }

    /// The options that were given.
    var given: [String] {
        let all = [
            ("--steps", steps != nil), ("--seed", seed != nil), ("--lanes", lanes != nil),
            ("--simulations", simulations != nil),
            ("--cohorts", cohorts != nil),
            ("--staleness", staleness != nil), ("--discount", discount != nil), ("--step-size", stepSize != nil),
            ("--epsilon", epsilon != nil), ("--initial-value", initialValue != nil), ("--ties", ties != nil),
            ("--protocol", exchange != nil),
        ]
        return all.filter(\.1).map(\.0)
    }

    /// The lanes of a cohort, if they or the simulations were given.
    ///
    /// - Throws: `CommandFailure` when the simulations cannot be dealt out to the cohorts.
    func lanes(of scenario: any Scenario, cohorts: Int) throws -> Int? {
        guard let simulations else { return lanes }
        guard simulations % cohorts == 0 else {
            throw CommandFailure(.usage, "--simulations \(simulations): a multiple of the \(cohorts) cohorts")
        }
        return simulations / cohorts * scenario.lanesPerReplica
    }

    /// The scenario's parameters with what the user changed; a falling ε falls over the same share of the steps.
    func parameters(_ defaults: TrainingDefaults, steps: UInt64) throws -> LearningParameters {
        var parameters = defaults.parameters
        parameters.epsilon = parameters.epsilon.stretched(by: Double(steps) / Double(defaults.steps))
        if let discount { parameters.discount = discount }
        switch (stepSize, parameters.stepSize) {
        case (.constant(let value), _): parameters.stepSize = .constant(value)
        case (.visits, _): parameters.stepSize = try visits(parameters.discount)
        case (nil, .visitCount) where discount != nil: parameters.stepSize = try visits(parameters.discount)
        case (nil, _): break
        }
        if let epsilon { parameters.epsilon = epsilon.schedule(steps: steps) }
        if let initialValue { parameters.initialValue = initialValue }
        if let ties { parameters.ties = ties }
        if let staleness = staleness.flatMap(LearningParameters.Staleness.init(rawValue:)) {
            parameters.staleness = staleness
        }
        return parameters
    }

    private func visits(_ discount: Float) throws -> StepSize {
        guard discount < 1 else {
            let asked =
                stepSize == nil ? "without --step-size it falls with the visits, by" : "--step-size visits takes"
            throw CommandFailure(
                .usage,
                "--discount 1: \(asked) the horizon 1/(1-discount), of which there is none: "
                    + "give --step-size a number in (0, 1], such as 0.1"
            )
        }
        return .visitCount(discount: discount)
    }
}

/// How the master talks to the shards.
enum ExchangeProtocol: String, Codable, Sendable, ExpressibleByArgument, CaseIterable {
    case rounds
    case stepwise
}

extension Ties: ExpressibleByArgument {}

/// A step size as the user writes it.
enum StepSizeArgument: ExpressibleByArgument {
    case constant(Float)
    case visits

    init?(argument: String) {
        if argument == "visits" {
            self = .visits
        } else if let value = Float(argument), value > 0, value <= 1 {
            self = .constant(value)
        } else {
            return nil
        }
    }
}

/// An exploration rate as the user writes it.
enum EpsilonArgument: ExpressibleByArgument {
    case constant(Double)
    case falling(from: Double, to: Double)

    init?(argument: String) {
        let parts = argument.split(separator: ":", omittingEmptySubsequences: false).map { Double($0) }
        switch (parts.count, parts.first ?? nil, parts.last ?? nil) {
        case (1, let value?, _) where (0...1).contains(value): self = .constant(value)
        case (2, let from?, let to?) where (0...1).contains(from) && (0...1).contains(to):
            self = .falling(from: from, to: to)
        default: return nil
        }
    }

    func schedule(steps: UInt64) -> Schedule {
        switch self {
        case .constant(let value): .constant(value)
        case .falling(let from, let to): .linear(initial: from, final: to, steps: max(1, steps / 5 * 4))
        }
    }
}
