/// What is added to an actor's forces while it learns.
public enum ForceNoise: Sendable, Hashable, Codable {
    /// Each step's by itself, from a normal distribution of this deviation.
    case normal(Float)
    /// x ← 0.98 x + √(1 − 0.98²) σ N(0, 1), from 0 in every episode: pushes that last, of deviation σ in the long run.
    ///
    /// Source: Uhlenbeck and Ornstein, *On the Theory of the Brownian Motion*, Physical Review 36, 1930; in this place Lillicrap et
    /// al., 2016.
    case lasting(Float)

    /// σ.
    public var deviation: Float {
        switch self {
        case .normal(let deviation), .lasting(let deviation): deviation
        }
    }
}

/// All that decides what an actor and its critics learn, beside the world.
///
/// Source: Lillicrap et al., *Continuous control with deep reinforcement learning*, ICLR 2016; Fujimoto, van Hoof and Meger,
/// *Addressing Function Approximation Error in Actor-Critic Methods*, ICML 2018.
public struct ActorCriticSettings: NetworkSettings {
    /// `ddpg` or `td3`: names the preset; what is learned follows from the other settings.
    public var learner: String
    /// The widths of the hidden layers, the actor's and each critic's.
    public var hiddenCounts = [64, 64]
    /// What becomes of their sums.
    public var activation = Activation.relu
    /// Whether the lesser of two critics says what a state is worth.
    public var isTwin: Bool
    /// Updates of the critics for one of the actor and of the targets.
    public var actorEvery: Int
    /// The deviation of the noise on the next action in targets, which is cut to ± 2.5 of it; 0 for none.
    public var smoothing: Float
    /// What is added to forces while learning.
    public var noise = ForceNoise.normal(0.2)
    /// n, the steps until values are bootstrapped from.
    public var stepCount = 1
    /// γ.
    public var discount: Float = 0.98
    /// α of actor and critics; both follow Adam.
    public var stepSize: Float = 1e-3
    /// The greatest norm of a gradient, of each network.
    public var normLimit: Float = 10
    /// τ, by which targets follow.
    public var targetShare: Float = 0.005
    /// Transitions of a minibatch; a multiple of 8.
    public var batchSize = 128
    /// Transitions that are kept.
    public var capacity = 200_000
    /// Environment steps before the first update, all at random: by uniform forces, or by the noise alone where it lasts.
    public var warmUp: UInt64 = 1_000
    /// Environment steps from one bout of updates to the next.
    public var trainEvery: UInt64 = 1
    /// Updates of a bout.
    public var updatesAtOnce = 1
    /// Environment steps of the run.
    public var steps: UInt64 = 20_000
    /// Environment steps from one evaluation of the policy to the next.
    public var evaluateEvery: UInt64 = 1_000
    /// Episodes of an evaluation.
    public var evaluationEpisodes = 20
    /// The seed of all random numbers.
    public var seed: UInt64 = 1

    /// DDPG: one critic, and the actor follows it in every update.
    public static var ddpg: Self { Self(learner: "ddpg", isTwin: false, actorEvery: 1, smoothing: 0) }

    /// TD3: two critics, smooth targets, and the actor follows in every other update.
    public static var td3: Self { Self(learner: "td3", isTwin: true, actorEvery: 2, smoothing: 0.2) }

    private init(learner: String, isTwin: Bool, actorEvery: Int, smoothing: Float) {
        (self.learner, self.isTwin, self.actorEvery, self.smoothing) = (learner, isTwin, actorEvery, smoothing)
    }

    /// The names of its presets.
    public static let learnerNames = ["ddpg", "td3"]

    /// `ddpg` or `td3`.
    public var learnerName: String { learner }

    /// A part of the minibatch.
    public var rowsOfSlice: Int { batchSize / DQNSettings.sliceCount }

    /// The actor of a world: tanh of its outputs are the forces.
    public func shape(features: Int, actions: Int) -> NetworkShape {
        NetworkShape(inputCount: features, hiddenCounts: hiddenCounts, activation: activation, outputCount: actions)
    }

    /// A critic: what is seen and what is done go in, and a value comes out.
    func criticShape(features: Int, forces: Int) -> NetworkShape {
        shape(features: features + forces, actions: 1)
    }

    /// What does not go together or lies out of range, in the words of the command line; `nil` for none.
    public var objection: String? {
        SettingsCheck.firstObjection(ownRanges) ?? SettingsCheck.firstObjection(rangesByOthers)
    }

    private var ownRanges: [SettingsCheck.Check] {
        [
            (Self.learnerNames.contains(learner), "--learner \(learner): ddpg or td3"),
            SettingsCheck.hidden(hiddenCounts),
            ((1...100).contains(actorEvery), "--actor-every \(actorEvery): 1 to 100"),
            (smoothing >= 0 && smoothing <= 1, "--smoothing \(smoothing): 0 to 1"),
            (noise.deviation >= 0 && noise.deviation <= 10, "--noise \(noise.deviation): a deviation from 0 to 10"),
            ((1...64).contains(stepCount), "--n-step \(stepCount): 1 to 64"),
            (discount >= 0 && discount <= 1, "--discount \(discount): 0 to 1"),
            (stepSize > 0 && stepSize <= 1, "--step-size \(stepSize): above 0, at most 1"),
            (normLimit > 0 && normLimit.isFinite, "--clip \(normLimit): above 0, and finite"),
            (targetShare > 0 && targetShare <= 1, "--target-share \(targetShare): above 0, at most 1"),
            SettingsCheck.batch(batchSize),
            ((1...1_000_000).contains(trainEvery), "--train-every \(trainEvery): 1 to 1000000"),
            ((1...10_000).contains(updatesAtOnce), "--updates \(updatesAtOnce): 1 to 10000"),
            ((1...1 << 40).contains(steps), "--steps \(steps): 1 to \(UInt64(1) << 40)"),
            ((1...1000).contains(evaluationEpisodes), "--evaluation-episodes \(evaluationEpisodes): 1 to 1000"),
        ]
    }

    /// What is held against other settings, whose own ranges hold by then.
    private var rangesByOthers: [SettingsCheck.Check] {
        SettingsCheck.memory(capacity, warmUp: warmUp, batchSize, stepCount: stepCount, steps: steps)
            + [SettingsCheck.evaluation(evaluateEvery, steps: steps)]
    }
}
