public import ArgumentParser
internal import CommandBasics
public import NeuralLearning
internal import RunOptions
internal import ScenarioCatalogue
internal import TabularLearning
internal import TerminalText

/// How a network learns; what is not given comes from the scenario.
struct NetworkOptions<System: ControlScenario>: LearnerOptions {
    @Option(help: Self.help("Environment steps of the run", "n") { "\($0.steps)" }, transform: LearnerText.count)
    var steps: UInt64?

    @Option(help: ArgumentHelp("Seed of every random number (default: 1).", valueName: "n"))
    var seed: UInt64?

    @Option(help: Self.help("Widths of the hidden layers", "n,n") { LearnerText.list($0.hiddenCounts) })
    var hidden: String?

    @Option(help: Self.help("What hidden layers do, relu or tanh", "f") { $0.activation.rawValue })
    var activation: Activation?

    @Flag(inversion: .prefixedNo, help: Self.flag("Value and advantages apart") { $0.isDueling })
    var dueling: Bool?

    @Flag(inversion: .prefixedNo, help: Self.flag("Choose the next action by the network that learns") { $0.isDouble })
    var double: Bool?

    @Option(help: Self.help("Steps until values are bootstrapped from", "n") { "\($0.stepCount)" })
    var nStep: Int?

    @Option(help: Self.help("Discount γ, 0 to 1", "γ") { "\($0.discount)" })
    var discount: Float?

    @Option(help: Self.help("adam, rmsprop or momentum[:μ]", "rule") { OptimizerArgument($0.optimizer).text })
    var optimizer: OptimizerArgument?

    @Option(help: Self.help("Step size α", "α") { "\($0.stepSize)" })
    var stepSize: Float?

    @Option(help: Self.help("The greatest norm of a gradient", "norm") { "\($0.normLimit)" })
    var clip: Float?

    @Option(help: Self.help("What an error costs, huber or squared", "loss") { $0.loss.rawValue })
    var loss: Loss?

    @Option(help: Self.help("Transitions of a minibatch", "n") { "\($0.batchSize)" })
    var batch: Int?

    @Option(help: Self.help("Transitions that are kept", "n") { "\($0.capacity)" })
    var memory: Int?

    @Option(
        help: ArgumentHelp("Draw by |δ|^α, with weights whose β grows to 1, as 0.6:0.4.", valueName: "α:β"),
        transform: { try pair("--prioritized", $0) }
    )
    var prioritized: NumberPair?

    @Option(
        help: Self.help("Environment steps before the first update", "n") { "\($0.warmUp)" },
        transform: LearnerText.count
    )
    var warmUp: UInt64?

    @Option(help: Self.help("Environment steps from bout to bout of updates", "n") { "\($0.trainEvery)" })
    var trainEvery: UInt64?

    @Option(help: Self.help("Updates of a bout", "n") { "\($0.updatesAtOnce)" })
    var updates: Int?

    @Option(help: Self.help("Environment steps from copy to copy of the target network", "n") { "\($0.targetEvery)" })
    var targetEvery: UInt64?

    @Option(help: Self.help("The share of random actions, ε or FROM:TO", "ε") { $0.epsilon.argument })
    var epsilon: EpsilonArgument?

    @Option(
        help: Self.help("Environment steps until TO", "n") { "\(fading($0.epsilon).steps)" },
        transform: LearnerText.count
    )
    var epsilonSteps: UInt64?

    @Option(
        help: Self.help("Environment steps from evaluation to evaluation", "n") { "\($0.evaluateEvery)" },
        transform: LearnerText.count
    )
    var evaluateEvery: UInt64?

    @Option(help: Self.help("Episodes of an evaluation", "n") { "\($0.evaluationEpisodes)" })
    var evaluationEpisodes: Int?

    private static func help(
        _ text: String,
        _ value: String,
        _ usual: (DQNSettings) -> String
    ) -> ArgumentHelp {
        ArgumentHelp("\(text) (default: \(usual(System.network))).", valueName: value)
    }

    private static func flag(_ text: String, _ usual: (DQNSettings) -> Bool) -> ArgumentHelp {
        "\(text) (default: \(usual(System.network) ? "yes" : "no"))."
    }

    private static func fading(_ schedule: Schedule) -> (initial: Double, final: Double, steps: UInt64) {
        switch schedule {
        case .constant(let value): (value, value, 1)
        case .linear(let initial, let final, let steps), .exponential(let initial, let final, let steps):
            (initial, final, steps)
        }
    }

    private static func pair(_ option: String, _ text: String) throws -> NumberPair {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false).map { Double($0) }
        guard parts.count == 2, let first = parts[0], let second = parts[1], first.isFinite, second.isFinite else {
            throw ValidationError("\(option) \(text): two numbers with a colon between them")
        }
        return NumberPair(first: first, second: second)
    }

    /// The options that decide what is learned and were given.
    var given: [String] {
        let all: [(String, Bool)] = [
            ("--steps", steps != nil), ("--seed", seed != nil), ("--hidden", hidden != nil),
            ("--activation", activation != nil), ("--dueling", dueling != nil), ("--double", double != nil),
            ("--n-step", nStep != nil), ("--discount", discount != nil), ("--optimizer", optimizer != nil),
            ("--step-size", stepSize != nil), ("--clip", clip != nil), ("--loss", loss != nil),
            ("--batch", batch != nil), ("--memory", memory != nil), ("--prioritized", prioritized != nil),
            ("--warm-up", warmUp != nil), ("--train-every", trainEvery != nil), ("--updates", updates != nil),
            ("--target-every", targetEvery != nil), ("--epsilon", epsilon != nil),
            ("--epsilon-steps", epsilonSteps != nil), ("--evaluate-every", evaluateEvery != nil),
            ("--evaluation-episodes", evaluationEpisodes != nil),
        ]
        return all.filter(\.1).map(\.0)
    }

    /// The settings.
    ///
    /// - Throws: `CommandFailure` that names what is out of range.
    func settings() throws -> DQNSettings {
        var settings = System.network
        settings.steps = steps ?? settings.steps
        settings.seed = seed ?? settings.seed
        settings.hiddenCounts = try hidden.map(LearnerText.hidden) ?? settings.hiddenCounts
        settings.activation = activation ?? settings.activation
        settings.isDueling = dueling ?? settings.isDueling
        settings.isDouble = double ?? settings.isDouble
        settings.stepCount = nStep ?? settings.stepCount
        settings.discount = discount ?? settings.discount
        settings.optimizer = optimizer?.rule ?? settings.optimizer
        settings.stepSize = stepSize ?? settings.stepSize
        settings.normLimit = clip ?? settings.normLimit
        settings.loss = loss ?? settings.loss
        settings.batchSize = batch ?? settings.batchSize
        settings.capacity = memory ?? settings.capacity
        if let prioritized {
            settings.replay = .prioritized(exponent: prioritized.first, correction: prioritized.second)
        }
        settings.warmUp = warmUp ?? settings.warmUp
        settings.trainEvery = trainEvery ?? settings.trainEvery
        settings.updatesAtOnce = updates ?? settings.updatesAtOnce
        settings.targetEvery = targetEvery ?? settings.targetEvery
        settings.epsilon = try exploration(usually: settings.epsilon)
        settings.evaluateEvery = evaluateEvery ?? settings.evaluateEvery
        settings.evaluationEpisodes = evaluationEpisodes ?? settings.evaluationEpisodes
        if let objection = settings.objection { throw CommandFailure(.usage, objection) }
        return settings
    }

    private func exploration(usually schedule: Schedule) throws -> Schedule {
        let usual = Self.fading(schedule)
        let steps = epsilonSteps ?? usual.steps
        switch epsilon {
        case .constant(let value)?:
            guard epsilonSteps == nil else {
                throw CommandFailure(
                    .usage,
                    "--epsilon-steps \(steps): --epsilon \(value) stays what it is; make it FROM:TO, or leave the steps out"
                )
            }
            return .constant(value)
        case .falling(let from, let to)?: return .linear(initial: from, final: to, steps: steps)
        case nil: return .linear(initial: usual.initial, final: usual.final, steps: steps)
        }
    }
}

/// Two numbers with a colon between them.
struct NumberPair: Sendable {
    let first: Double
    let second: Double
}

/// A gradient's rule as the user writes it.
struct OptimizerArgument: ExpressibleByArgument {
    let rule: OptimizerRule

    init(_ rule: OptimizerRule) { self.rule = rule }

    init?(argument: String) {
        switch argument {
        case "adam": rule = .adam
        case "rmsprop": rule = .rmsprop
        case "momentum": rule = .momentum(0.9)
        default:
            guard argument.hasPrefix("momentum:"), let share = Float(argument.dropFirst("momentum:".count)),
                share >= 0, share < 1
            else { return nil }
            rule = .momentum(share)
        }
    }

    var text: String {
        switch rule {
        case .adam: "adam"
        case .rmsprop: "rmsprop"
        case .momentum(let share): "momentum:\(share)"
        }
    }
}

extension Activation: ExpressibleByArgument {}
extension Loss: ExpressibleByArgument {}
