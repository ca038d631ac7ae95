/// All that decides what a policy learns by advantages, beside the world: A2C, with generalized advantage estimates.
///
/// Source: Mnih et al., *Asynchronous Methods for Deep Reinforcement Learning*, ICML 2016; Schulman et al., *High-Dimensional
/// Continuous Control Using Generalized Advantage Estimation*, ICLR 2016.
public struct A2CSettings: NetworkSettings {
    /// `a2c`, by which settings that were written down are known.
    public var learner = Self.name
    /// The widths of the hidden layers, of the policy and of the network of values.
    public var hiddenCounts = [64, 64]
    /// What becomes of their sums.
    public var activation = Activation.tanh
    /// The worlds side by side; a multiple of 8.
    public var laneCount = 8
    /// Steps of each from update to update.
    public var horizon = 16
    /// γ.
    public var discount: Float = 0.99
    /// λ: 0 looks one step ahead, 1 to the end of what was seen.
    public var traceDecay: Float = 0.95
    /// What an unlikely choice is worth: the share of the policy's entropy in what is sought.
    public var entropyShare: Float = 0
    /// How parameters follow gradients.
    public var optimizer = OptimizerRule.rmsprop
    /// α.
    public var stepSize: Float = 1e-3
    /// The greatest norm of a gradient, of each network.
    public var normLimit: Float = 0.5
    /// Environment steps of the run, of all lanes.
    public var steps: UInt64 = 500_000
    /// Environment steps from one evaluation of the greedy policy to the next, rounded up to whole updates.
    public var evaluateEvery: UInt64 = 10_000
    /// Episodes of an evaluation.
    public var evaluationEpisodes = 20
    /// The seed of all random numbers.
    public var seed: UInt64 = 1

    /// The usual ones.
    public init() {}

    /// What `--learner` calls it.
    public static let name = "a2c"
    /// The most steps from update to update, of all lanes: an end has to wait for them, and they have to be kept.
    private static var mostSteps: Int { 1 << 16 }

    /// `a2c`.
    public var learnerName: String { learner }

    /// The steps of some lanes.
    public var rowsOfSlice: Int { laneCount / DQNSettings.sliceCount * horizon }

    /// The policy of a world: softmax of its outputs are probabilities.
    public func shape(features: Int, actions: Int) -> NetworkShape {
        NetworkShape(inputCount: features, hiddenCounts: hiddenCounts, activation: activation, outputCount: actions)
    }

    /// What does not go together or lies out of range, in the words of the command line; `nil` for none.
    public var objection: String? {
        let slices = DQNSettings.sliceCount
        return SettingsCheck.firstObjection([
            (learner == Self.name, "--learner \(learner): a2c"),
            SettingsCheck.hidden(hiddenCounts),
            (
                laneCount.isMultiple(of: slices) && (slices...1024).contains(laneCount),
                "--lanes \(laneCount): a multiple of \(slices) up to 1024, since every update is cut into \(slices) slices"
            ),
            ((1...4096).contains(horizon), "--horizon \(horizon): 1 to 4096"),
            (discount >= 0 && discount <= 1, "--discount \(discount): 0 to 1"),
            (traceDecay >= 0 && traceDecay <= 1, "--trace-decay \(traceDecay): 0 to 1"),
            (entropyShare >= 0 && entropyShare <= 1, "--entropy \(entropyShare): 0 to 1"),
            (optimizer.isInRange, "--optimizer: the μ of momentum is at least 0 and below 1"),
            (stepSize > 0 && stepSize <= 1, "--step-size \(stepSize): above 0, at most 1"),
            (normLimit > 0 && normLimit.isFinite, "--clip \(normLimit): above 0, and finite"),
            ((1...1 << 40).contains(steps), "--steps \(steps): 1 to \(UInt64(1) << 40)"),
            ((1...1000).contains(evaluationEpisodes), "--evaluation-episodes \(evaluationEpisodes): 1 to 1000"),
        ])
            ?? SettingsCheck.firstObjection([
                (
                    laneCount * horizon <= Self.mostSteps,
                    "--lanes \(laneCount) with --horizon \(horizon): \(laneCount * horizon) steps from update to update; at most "
                        + "\(Self.mostSteps)"
                ),
                SettingsCheck.evaluation(evaluateEvery, steps: steps),
            ])
    }
}
