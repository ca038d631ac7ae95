public import ArgumentParser
internal import CommandBasics
package import ScenarioCatalogue
package import Scenarios
public import TabularLearning
internal import TerminalText

/// The numbers of the learning rule; what is not given comes from the scenario.
package struct LearningOptions<Help: ScenarioHelp>: ParsableArguments {
    /// As the argument parser makes it.
    package init() {}

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Lane-steps of the run\(Help.byDefault { "\($0.steps)" }).",
            valueName: "n"
        ),
        transform: stepCount
    )
    package var steps: UInt64?

    @Option(help: ArgumentHelp("Seed of every random number (default: 1).", valueName: "n"))
    package var seed: UInt64?

    @Option(
        help: ArgumentHelp(
            "Lanes of a cohort, which step together\(Help.byDefault { "\($0.lanes)" }).",
            valueName: "n"
        )
    )
    package var lanes: Int?

    @Option(
        help: ArgumentHelp(
            "Instead of --lanes: copies of the problem in all.",
            valueName: "n",
            visibility: Help.hasReplicasOfLanes ? .default : .hidden
        )
    )
    package var simulations: Int?

    @Option(help: ArgumentHelp("Cohorts in flight\(Help.byDefault { "\($0.cohorts)" }).", valueName: "n"))
    package var cohorts: Int?

    @Option(
        help: ArgumentHelp(
            "Rounds by which updates lag, 0 to 255\(Help.byDefault { "\($0.parameters.staleness.rawValue)" }).",
            valueName: "n"
        )
    )
    package var staleness: Int?

    @Option(
        help: ArgumentHelp(
            "Discount γ per time step, 0 to 1\(Help.byDefault { "\($0.parameters.discount)" }).",
            valueName: "γ"
        )
    )
    package var discount: Float?

    @Option(
        name: .customLong("step-size"),
        help: ArgumentHelp(
            "0 to 1, or visits[:H[:LEAST]]\(Help.byDefault { $0.parameters.stepSizeArgument }).",
            valueName: "α"
        )
    )
    var stepSize: StepSizeArgument?

    @Option(
        help: ArgumentHelp(
            "Exploration: ε or FROM:TO\(Help.byDefault { $0.parameters.epsilon.argument }).",
            valueName: "ε"
        )
    )
    package var epsilon: EpsilonArgument?

    @Option(
        name: .customLong("initial-value"),
        parsing: .unconditional,
        help: ArgumentHelp(
            "Values before the first update\(Help.byDefault { "\($0.parameters.initialValue)" }).",
            valueName: "Q₀"
        )
    )
    package var initialValue: Float?

    @Option(
        help: ArgumentHelp(
            "Of equals\(Help.byDefault { $0.parameters.ties.rawValue }).",
            valueName: "rule"
        )
    )
    package var ties: Ties?

    @Option(help: UpdateArgument.help)
    package var update: UpdateArgument?

    @Option(help: ExploreArgument.help)
    var explore: ExploreArgument?

    @Option(help: ReplayArgument.help)
    var replay: ReplayArgument?

    @Option(
        name: .customLong("protocol"),
        help: ArgumentHelp(
            "Messages (default: rounds).",
            valueName: "name"
        )
    )
    package var exchange: ExchangeProtocol?

    package func validate() throws {
        try update?.validate()
        try replay?.validate()
        if let lanes, !RunLimits.lanes.contains(lanes) {
            throw ValidationError("--lanes \(lanes): 1 to \(RunLimits.lanes.upperBound) lanes")
        }
        if let steps, steps > RunLimits.steps { throw ValidationError("--steps \(steps): at most 2^60") }
        if let cohorts, !RunLimits.cohorts.contains(cohorts) {
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

    /// The lanes of a cohort, if they or the simulations were given.
    ///
    /// - Throws: `CommandFailure` when the simulations cannot be dealt out to the cohorts.
    package func lanes(of scenario: any Scenario, cohorts: Int) throws -> Int? {
        guard let simulations else { return lanes }
        guard simulations % cohorts == 0 else {
            throw CommandFailure(.usage, "--simulations \(simulations): a multiple of the \(cohorts) cohorts")
        }
        return simulations / cohorts * scenario.lanesPerReplica
    }

    /// The scenario's parameters with what the user changed; a falling ε falls over the same share of the steps.
    package func parameters(_ defaults: TrainingDefaults, steps: UInt64) throws -> LearningParameters {
        var parameters = defaults.parameters
        try choose(steps: steps, &parameters)
        parameters.epsilon = parameters.epsilon.stretched(by: Double(steps) / Double(defaults.steps))
        if let discount { parameters.discount = discount }
        switch (stepSize, parameters.stepSize) {
        case (.constant(let value), _): parameters.stepSize = .constant(value)
        case (.visits, _): parameters.stepSize = try visits(parameters.discount)
        case (.falling(let horizon, let least), _):
            parameters.stepSize = .visitCount(horizon: horizon, minimum: least)
        case (nil, .visitCount) where discount != nil: parameters.stepSize = try visits(parameters.discount)
        case (nil, _): break
        }
        if let epsilon { parameters.epsilon = epsilon.schedule(steps: steps) }
        if let initialValue { parameters.initialValue = initialValue }
        if let ties { parameters.ties = ties }
        if let staleness = staleness.flatMap(LearningParameters.Staleness.init(rawValue:)) {
            parameters.staleness = staleness
        }
        parameters.fit()
        return parameters
    }

    /// The rule and the exploration, which other settings depend on.
    private func choose(steps: UInt64, _ parameters: inout LearningParameters) throws {
        if let rule = update?.rule { parameters.update = rule }
        if let own = parameters.update.rule.ownExploration { parameters.exploration = own }
        if let explore { parameters.exploration = explore.exploration(steps: steps) }
        if let objection = parameters.exploration.objection(to: parameters.update) {
            throw CommandFailure(.usage, "--explore with --update: \(objection)")
        }
        if let replay = replay?.replay { parameters.replay = replay }
        if let objection = parameters.replay.objection(to: parameters.update) {
            throw CommandFailure(.usage, "--replay \(parameters.replay.rawValue): \(objection)")
        }
        let (rule, name) = (parameters.update.rule, parameters.update.rawValue)
        let ignored: (option: String, reason: String)? =
            if parameters.exploration.needsRows, epsilon != nil {
                ("--epsilon with --explore", "what draws from all values has no ε")
            } else if rule.average != nil, let discount, discount != 1 {
                ("--discount with --update \(name)", "it has no discount")
            } else if let fixed = rule.fixedStepSize, stepSize != nil {
                ("--step-size with --update \(name)", "its step size is \(fixed)")
            } else {
                nil
            }
        if let ignored { throw CommandFailure(.usage, "\(ignored.option): \(ignored.reason), so leave it out") }
    }

    private func visits(_ discount: Float) throws -> StepSize {
        guard discount < 1 else {
            let asked =
                stepSize == nil ? "without --step-size it falls with the visits, by" : "--step-size visits takes"
            throw CommandFailure(
                .usage,
                "--discount 1: \(asked) the horizon 1/(1-discount), of which there is none: "
                    + "give --step-size a number in (0, 1], such as 0.1, or a horizon, such as visits:100"
            )
        }
        return .visitCount(discount: discount)
    }
}

extension Ties: ExpressibleByArgument {}

/// A step size as the user writes it.
enum StepSizeArgument: ExpressibleByArgument {
    case constant(Float)
    /// Falling with the visits by the horizon of the discount.
    case visits
    /// Falling with the visits by a horizon, down to a least value.
    case falling(horizon: Float, least: Float)

    init?(argument: String) {
        let parts = argument.split(separator: ":", omittingEmptySubsequences: false)
        if parts[0] == "visits" {
            let numbers = parts.dropFirst().compactMap { Float($0) }
            guard numbers.count == parts.count - 1, numbers.count <= 2 else { return nil }
            guard let horizon = numbers.first else {
                self = .visits
                return
            }
            let least = numbers.count == 2 ? numbers[1] : 0
            guard StepSize.visitCount(horizon: horizon, minimum: least).isSound else { return nil }
            self = .falling(horizon: horizon, least: least)
        } else if let value = Float(argument), value > 0, value <= 1 {
            self = .constant(value)
        } else {
            return nil
        }
    }
}

/// An exploration rate as the user writes it.
package enum EpsilonArgument: ExpressibleByArgument {
    case constant(Double)
    case falling(from: Double, to: Double)

    package init?(argument: String) {
        let parts = argument.split(separator: ":", omittingEmptySubsequences: false).map { Double($0) }
        switch (parts.count, parts.first ?? nil, parts.last ?? nil) {
        case (1, let value?, _) where (0...1).contains(value): self = .constant(value)
        case (2, let from?, let to?) where (0...1).contains(from) && (0...1).contains(to):
            self = .falling(from: from, to: to)
        default: return nil
        }
    }

    package func schedule(steps: UInt64) -> Schedule {
        switch self {
        case .constant(let value): .constant(value)
        case .falling(let from, let to): .linear(initial: from, final: to, steps: max(1, steps / 5 * 4))
        }
    }
}

/// A number of steps as people write it.
private func stepCount(_ text: String) throws -> UInt64 {
    guard let count = CountArgument(text) else {
        throw ValidationError("a whole number of steps, such as 8000000, 8M or 1e6")
    }
    return count.value
}
