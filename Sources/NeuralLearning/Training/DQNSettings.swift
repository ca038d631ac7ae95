public import TabularLearning

/// All that decides what a deep Q-network learns, beside the world: two runs of the same settings have the same bits.
///
/// Source: Mnih et al., *Human-level control through deep reinforcement learning*, Nature 518, 2015.
public struct DQNSettings: NetworkSettings {
    /// The widths of the hidden layers.
    public var hiddenCounts = [64, 64]
    /// What becomes of their sums.
    public var activation = Activation.relu
    /// Whether value and advantages are apart.
    public var isDueling = false
    /// Whether the network that learns chooses the next action and the target network says what it is worth.
    ///
    /// Source: van Hasselt, Guez and Silver, *Deep Reinforcement Learning with Double Q-learning*, AAAI 2016.
    public var isDouble = true
    /// n, the steps until values are bootstrapped from.
    public var stepCount = 3
    /// γ.
    public var discount: Float = 0.99
    /// How parameters follow gradients.
    public var optimizer = OptimizerRule.adam
    /// α.
    public var stepSize: Float = 1e-3
    /// The greatest norm of a gradient.
    public var normLimit: Float = 10
    /// What an error costs.
    public var loss = Loss.huber
    /// Transitions of a minibatch; a multiple of `sliceCount`.
    public var batchSize = 64
    /// Transitions that are kept.
    public var capacity = 50_000
    /// How they are drawn.
    public var replay = ReplayRule.uniform
    /// Environment steps before the first update.
    public var warmUp: UInt64 = 1_000
    /// Environment steps from one bout of updates to the next.
    public var trainEvery: UInt64 = 4
    /// Updates of a bout.
    public var updatesAtOnce = 4
    /// Environment steps from one copy into the target network to the next.
    public var targetEvery: UInt64 = 500
    /// The share of random actions, by environment steps.
    public var epsilon = Schedule.linear(initial: 1, final: 0.05, steps: 5_000)
    /// Environment steps of the run.
    public var steps: UInt64 = 50_000
    /// Environment steps from one evaluation of the greedy policy to the next.
    public var evaluateEvery: UInt64 = 1_000
    /// Episodes of an evaluation.
    public var evaluationEpisodes = 20
    /// The seed of all random numbers.
    public var seed: UInt64 = 1

    /// `dqn`.
    public var learnerName: String { "dqn" }

    /// A part of the minibatch.
    public var rowsOfSlice: Int { batchSize / DQNSettings.sliceCount }

    /// The usual ones.
    public init() {}

    /// The parts into which every minibatch is cut, whoever computes them.
    ///
    /// The bits depend on it, and on nothing that follows from who is there.
    public static let sliceCount = 8

    /// The network of a world.
    public func shape(features: Int, actions: Int) -> NetworkShape {
        NetworkShape(
            inputCount: features,
            hiddenCounts: hiddenCounts,
            activation: activation,
            outputCount: actions,
            isDueling: isDueling
        )
    }

    /// What does not go together or lies out of range, in the words of the command line; `nil` for none.
    public var objection: String? {
        SettingsCheck.firstObjection(ownRanges) ?? SettingsCheck.firstObjection(rangesByOthers) ?? replayObjection
    }

    /// What is looked at by itself: any number may stand here, also one from a file.
    private var ownRanges: [SettingsCheck.Check] {
        [
            SettingsCheck.hidden(hiddenCounts),
            ((1...64).contains(stepCount), "--n-step \(stepCount): 1 to 64"),
            (discount >= 0 && discount <= 1, "--discount \(discount): 0 to 1"),
            (optimizer.isInRange, "--optimizer: the μ of momentum is at least 0 and below 1"),
            (stepSize > 0 && stepSize <= 1, "--step-size \(stepSize): above 0, at most 1"),
            (normLimit > 0 && normLimit.isFinite, "--clip \(normLimit): above 0, and finite"),
            SettingsCheck.batch(batchSize),
            ((1...1_000_000).contains(trainEvery), "--train-every \(trainEvery): 1 to 1000000"),
            ((1...10_000).contains(updatesAtOnce), "--updates \(updatesAtOnce): 1 to 10000"),
            ((1...1 << 40).contains(targetEvery), "--target-every \(targetEvery): 1 to \(UInt64(1) << 40)"),
            (epsilon.isProbability, "--epsilon: shares from 0 to 1"),
            (epsilonSteps >= 1, "--epsilon-steps \(epsilonSteps): at least 1"),
            ((1...1 << 40).contains(steps), "--steps \(steps): 1 to \(UInt64(1) << 40)"),
            ((1...1000).contains(evaluationEpisodes), "--evaluation-episodes \(evaluationEpisodes): 1 to 1000"),
        ]
    }

    private var epsilonSteps: UInt64 {
        switch epsilon {
        case .constant: 1
        case .linear(_, _, let steps): steps
        case .exponential(_, _, let timeConstant): timeConstant
        }
    }

    /// What is held against other settings, whose own ranges hold by then: sums and ranges of them cannot trap.
    private var rangesByOthers: [SettingsCheck.Check] {
        SettingsCheck.memory(capacity, warmUp: warmUp, batchSize, stepCount: stepCount, steps: steps)
            + [SettingsCheck.evaluation(evaluateEvery, steps: steps)]
    }

    private var replayObjection: String? {
        guard case .prioritized(let exponent, let correction) = replay else { return nil }
        guard exponent > 0, exponent <= 1, correction > 0, correction <= 1 else {
            return "--prioritized \(exponent):\(correction): two numbers above 0, at most 1"
        }
        return nil
    }
}

/// What settings are held against.
enum SettingsCheck {
    typealias Check = (holds: Bool, words: String)

    static func firstObjection(_ checks: [Check]) -> String? { checks.first { !$0.holds }?.words }

    /// The widths of hidden layers.
    static func hidden(_ counts: [Int]) -> Check {
        (
            counts.count <= 8 && counts.allSatisfy { (1...2048).contains($0) },
            "--hidden \(counts.map(String.init).joined(separator: ",")): at most 8 layers of 1 to 2048"
        )
    }

    /// Transitions of a minibatch.
    static func batch(_ size: Int) -> Check {
        let slices = DQNSettings.sliceCount
        return (
            size.isMultiple(of: slices) && (slices...4096).contains(size),
            "--batch \(size): a multiple of \(slices) up to 4096, since every minibatch is cut into \(slices) slices"
        )
    }

    /// A memory and the steps that fill it before the first update.
    static func memory(
        _ capacity: Int,
        warmUp: UInt64,
        _ batchSize: Int,
        stepCount: Int,
        steps: UInt64
    ) -> [Check] {
        let leastWarmUp = batchSize + stepCount
        return [
            (
                (batchSize...1_000_000).contains(capacity),
                "--memory \(capacity): from a minibatch (\(batchSize)) to 1000000 transitions"
            ),
            (
                warmUp >= leastWarmUp && warmUp <= steps,
                "--warm-up \(warmUp): from a minibatch and its steps (\(leastWarmUp)) to the run's \(steps) steps"
            ),
        ]
    }

    /// Steps from evaluation to evaluation.
    static func evaluation(_ every: UInt64, steps: UInt64) -> Check {
        ((1...steps).contains(every), "--evaluate-every \(every): from 1 to the run's \(steps) steps")
    }
}
