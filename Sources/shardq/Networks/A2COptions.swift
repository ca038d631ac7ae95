internal import ArgumentParser
internal import CommandBasics
internal import NeuralLearning
internal import TabularLearning

/// How a policy learns by advantages; what is not given comes from the scenario.
struct A2COptions<System: ControlScenario>: LearnerOptions {
    @Option(
        help: Self.help("Environment steps of the run, of all lanes", "n") { "\($0.steps)" },
        transform: LearnerText.count
    )
    var steps: UInt64?

    @Option(help: ArgumentHelp("Seed of every random number (default: 1).", valueName: "n"))
    var seed: UInt64?

    @Option(help: Self.help("Widths of the hidden layers", "n,n") { LearnerText.list($0.hiddenCounts) })
    var hidden: String?

    @Option(help: Self.help("What hidden layers do, relu or tanh", "f") { $0.activation.rawValue })
    var activation: Activation?

    @Option(help: Self.help("Worlds side by side", "n") { "\($0.laneCount)" })
    var lanes: Int?

    @Option(help: Self.help("Steps of each from update to update", "n") { "\($0.horizon)" })
    var horizon: Int?

    @Option(help: Self.help("Discount γ, 0 to 1", "γ") { "\($0.discount)" })
    var discount: Float?

    @Option(help: Self.help("λ of the advantages, 0 to 1", "λ") { "\($0.traceDecay)" })
    var traceDecay: Float?

    @Option(help: Self.help("The share of the policy's entropy in what is sought", "β") { "\($0.entropyShare)" })
    var entropy: Float?

    @Option(help: Self.help("adam, rmsprop or momentum[:μ]", "rule") { OptimizerArgument($0.optimizer).text })
    var optimizer: OptimizerArgument?

    @Option(help: Self.help("Step size α", "α") { "\($0.stepSize)" })
    var stepSize: Float?

    @Option(help: Self.help("The greatest norm of a gradient", "norm") { "\($0.normLimit)" })
    var clip: Float?

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
        _ usually: (A2CSettings) -> String
    ) -> ArgumentHelp {
        ArgumentHelp("\(text) (default: \(usually(System.advantages))).", valueName: value)
    }

    /// The options that decide what is learned and were given.
    var given: [String] {
        let all: [(String, Bool)] = [
            ("--steps", steps != nil), ("--seed", seed != nil), ("--hidden", hidden != nil),
            ("--activation", activation != nil), ("--lanes", lanes != nil), ("--horizon", horizon != nil),
            ("--discount", discount != nil), ("--trace-decay", traceDecay != nil), ("--entropy", entropy != nil),
            ("--optimizer", optimizer != nil), ("--step-size", stepSize != nil), ("--clip", clip != nil),
            ("--evaluate-every", evaluateEvery != nil), ("--evaluation-episodes", evaluationEpisodes != nil),
        ]
        return all.filter(\.1).map(\.0)
    }

    /// The settings.
    ///
    /// - Throws: `CommandFailure` that names what is out of range.
    func settings() throws -> A2CSettings {
        var settings = System.advantages
        settings.steps = steps ?? settings.steps
        settings.seed = seed ?? settings.seed
        settings.hiddenCounts = try hidden.map(LearnerText.hidden) ?? settings.hiddenCounts
        settings.activation = activation ?? settings.activation
        settings.laneCount = lanes ?? settings.laneCount
        settings.horizon = horizon ?? settings.horizon
        settings.discount = discount ?? settings.discount
        settings.traceDecay = traceDecay ?? settings.traceDecay
        settings.entropyShare = entropy ?? settings.entropyShare
        settings.optimizer = optimizer?.rule ?? settings.optimizer
        settings.stepSize = stepSize ?? settings.stepSize
        settings.normLimit = clip ?? settings.normLimit
        settings.evaluateEvery = evaluateEvery ?? settings.evaluateEvery
        settings.evaluationEpisodes = evaluationEpisodes ?? settings.evaluationEpisodes
        if let objection = settings.objection { throw CommandFailure(.usage, objection) }
        return settings
    }
}
