internal import ArgumentParser
internal import CommandBasics
internal import NeuralLearning
internal import TabularLearning

/// How an actor and its critics learn; what is not given comes from the scenario.
struct ActorCriticOptions<System: ContinuousControlScenario, Preset: ActorCriticPreset>: LearnerOptions {
    @Option(help: Self.help("Environment steps of the run", "n") { "\($0.steps)" }, transform: LearnerText.count)
    var steps: UInt64?

    @Option(help: ArgumentHelp("Seed of every random number (default: 1).", valueName: "n"))
    var seed: UInt64?

    @Option(help: Self.help("Widths of the hidden layers", "n,n") { LearnerText.list($0.hiddenCounts) })
    var hidden: String?

    @Option(help: Self.help("What hidden layers do, relu or tanh", "f") { $0.activation.rawValue })
    var activation: Activation?

    @Flag(inversion: .prefixedNo, help: "\(Self.twinHelp)")
    var twin: Bool?

    @Option(help: Self.help("Updates of the critics for one of the actor", "n") { "\($0.actorEvery)" })
    var actorEvery: Int?

    @Option(help: Self.help("Deviation of the noise on the next action, 0 for none", "σ") { "\($0.smoothing)" })
    var smoothing: Float?

    @Option(
        help: Self.help("Noise on actions, half of their range being 1: σ, or lasting:σ", "noise") {
            NoiseArgument($0.noise).text
        }
    )
    var noise: NoiseArgument?

    @Option(help: Self.help("Steps until values are bootstrapped from", "n") { "\($0.stepCount)" })
    var nStep: Int?

    @Option(help: Self.help("Discount γ, 0 to 1", "γ") { "\($0.discount)" })
    var discount: Float?

    @Option(help: Self.help("Step size α", "α") { "\($0.stepSize)" })
    var stepSize: Float?

    @Option(help: Self.help("The greatest norm of a gradient", "norm") { "\($0.normLimit)" })
    var clip: Float?

    @Option(help: Self.help("τ, by which targets follow in every update", "τ") { "\($0.targetShare)" })
    var targetShare: Float?

    @Option(help: Self.help("Transitions of a minibatch", "n") { "\($0.batchSize)" })
    var batch: Int?

    @Option(help: Self.help("Transitions that are kept", "n") { "\($0.capacity)" })
    var memory: Int?

    @Option(
        help: Self.help("Environment steps before the first update, at random", "n") { "\($0.warmUp)" },
        transform: LearnerText.count
    )
    var warmUp: UInt64?

    @Option(help: Self.help("Environment steps from bout to bout of updates", "n") { "\($0.trainEvery)" })
    var trainEvery: UInt64?

    @Option(help: Self.help("Updates of a bout", "n") { "\($0.updatesAtOnce)" })
    var updates: Int?

    @Option(
        help: Self.help("Environment steps from evaluation to evaluation", "n") { "\($0.evaluateEvery)" },
        transform: LearnerText.count
    )
    var evaluateEvery: UInt64?

    @Option(help: Self.help("Episodes of an evaluation", "n") { "\($0.evaluationEpisodes)" })
    var evaluationEpisodes: Int?

    private static var usual: ActorCriticSettings { Preset.settings(of: System.self) }

    private static func help(
        _ text: String,
        _ value: String,
        _ usually: (ActorCriticSettings) -> String
    ) -> ArgumentHelp {
        ArgumentHelp("\(text) (default: \(usually(usual))).", valueName: value)
    }

    private static var twinHelp: String {
        "The lesser of two critics says what a state is worth (default: \(usual.isTwin ? "yes" : "no"))."
    }

    /// The options that decide what is learned and were given.
    var given: [String] {
        let all: [(String, Bool)] = [
            ("--steps", steps != nil), ("--seed", seed != nil), ("--hidden", hidden != nil),
            ("--activation", activation != nil), ("--twin", twin != nil), ("--actor-every", actorEvery != nil),
            ("--smoothing", smoothing != nil), ("--noise", noise != nil), ("--n-step", nStep != nil),
            ("--discount", discount != nil), ("--step-size", stepSize != nil), ("--clip", clip != nil),
            ("--target-share", targetShare != nil), ("--batch", batch != nil), ("--memory", memory != nil),
            ("--warm-up", warmUp != nil), ("--train-every", trainEvery != nil), ("--updates", updates != nil),
            ("--evaluate-every", evaluateEvery != nil), ("--evaluation-episodes", evaluationEpisodes != nil),
        ]
        return all.filter(\.1).map(\.0)
    }

    /// The settings.
    ///
    /// - Throws: `CommandFailure` that names what is out of range.
    func settings() throws -> ActorCriticSettings {
        var settings = Self.usual
        settings.steps = steps ?? settings.steps
        settings.seed = seed ?? settings.seed
        settings.hiddenCounts = try hidden.map(LearnerText.hidden) ?? settings.hiddenCounts
        settings.activation = activation ?? settings.activation
        settings.isTwin = twin ?? settings.isTwin
        settings.actorEvery = actorEvery ?? settings.actorEvery
        settings.smoothing = smoothing ?? settings.smoothing
        settings.noise = noise?.noise ?? settings.noise
        settings.stepCount = nStep ?? settings.stepCount
        settings.discount = discount ?? settings.discount
        settings.stepSize = stepSize ?? settings.stepSize
        settings.normLimit = clip ?? settings.normLimit
        settings.targetShare = targetShare ?? settings.targetShare
        settings.batchSize = batch ?? settings.batchSize
        settings.capacity = memory ?? settings.capacity
        settings.warmUp = warmUp ?? settings.warmUp
        settings.trainEvery = trainEvery ?? settings.trainEvery
        settings.updatesAtOnce = updates ?? settings.updatesAtOnce
        settings.evaluateEvery = evaluateEvery ?? settings.evaluateEvery
        settings.evaluationEpisodes = evaluationEpisodes ?? settings.evaluationEpisodes
        if let objection = settings.objection { throw CommandFailure(.usage, objection) }
        return settings
    }
}

/// What is added to forces, as the user writes it.
struct NoiseArgument: ExpressibleByArgument {
    let noise: ForceNoise

    private static let lasting = "lasting:"

    init(_ noise: ForceNoise) { self.noise = noise }

    init?(argument: String) {
        let isLasting = argument.hasPrefix(Self.lasting)
        guard let deviation = Float(isLasting ? String(argument.dropFirst(Self.lasting.count)) : argument) else {
            return nil
        }
        noise = isLasting ? .lasting(deviation) : .normal(deviation)
    }

    var text: String {
        switch noise {
        case .normal(let deviation): "\(deviation)"
        case .lasting(let deviation): Self.lasting + "\(deviation)"
        }
    }
}
