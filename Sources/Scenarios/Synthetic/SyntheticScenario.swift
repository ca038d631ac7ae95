public import TabularLearning

/// A problem that costs next to nothing to simulate: what is left is the table and the messages around it.
///
///     s′ = (s · 1664525 + a · 1013904223 + 12345) mod |S|;  r = 1 where s′ mod 97 = 0, else 0
///
/// Every action leads on, for ever; each lane starts in a random state. The states that follow one another are spread
/// over the whole table, so neither a cache nor a range of states helps.
///
/// The default |S| = 1,000,003 is a prime: at exactly 10⁶ the generator falls into short cycles. The multipliers are
/// those of Press et al., *Numerical Recipes*, §7.1.
public struct SyntheticScenario: Scenario, Hashable {
    /// The name on the command line.
    public static let name = "synthetic"

    /// The numbers of states that the rule is defined for: the next state never overflows 64 bits.
    public static let stateCounts: ClosedRange<Int> = 1...(1 << 32)

    /// |S|, the number of states.
    public let stateCount: Int

    /// |A|, the number of actions, 1...64.
    public let actionCount: Int

    /// How many milliseconds a step takes as that of a plant, whose state nobody can write down or put back; `nil` for
    /// the usual problem, which takes no time and can be.
    public let plantMilliseconds: Int?

    /// The milliseconds that a plant's step may take.
    public static let plantTimes: ClosedRange<Int> = 0...600_000

    /// Creates the problem.
    ///
    /// - Parameters:
    ///   - stateCount: Within `stateCounts`.
    ///   - actionCount: 1...64.
    ///   - plantMilliseconds: Within `plantTimes`; `nil` for a problem that can be put back.
    public init(stateCount: Int = 1_000_003, actionCount: Int = 4, plantMilliseconds: Int? = nil) {
        precondition(Self.stateCounts.contains(stateCount), "a synthetic problem has 1...2³² states")
        precondition((1...64).contains(actionCount), "a table has 1...64 actions")
        self.stateCount = stateCount
        self.actionCount = actionCount
        self.plantMilliseconds = plantMilliseconds
    }

    /// Checks every setting.
    ///
    /// - Throws: `ScenarioError` that names the first one that makes no sense.
    public func check() throws(ScenarioError) {
        guard Self.stateCounts.contains(stateCount) else {
            throw ScenarioError("\(stateCount) states are not within 1...\(Self.stateCounts.upperBound)")
        }
        guard (1...64).contains(actionCount) else {
            throw ScenarioError("\(actionCount) actions are not within 1...64")
        }
        if let plantMilliseconds, !Self.plantTimes.contains(plantMilliseconds) {
            throw ScenarioError("\(plantMilliseconds) ms a step are not within \(Self.plantTimes)")
        }
    }

    /// One factor, the state itself; actions are numbers.
    public var space: StateSpace {
        StateSpace(factors: [.init("state", count: stateCount)], actions: (0..<actionCount).map { "action \($0)" })
    }

    /// A replica is one lane.
    public var lanesPerReplica: Int { 1 }

    /// Nothing can be learned apart.
    public var affinityFactor: Int? { nil }

    /// ε 0.1, α 0.1, γ 0.95.
    public var defaults: TrainingDefaults {
        TrainingDefaults(
            parameters: LearningParameters(discount: 0.95, stepSize: .constant(0.1), epsilon: .constant(0.1)),
            lanes: 4_096,
            cohorts: 2,
            steps: 10_000_000
        )
    }

    /// A plant cannot be put back.
    public var isRestorable: Bool { plantMilliseconds == nil }

    /// Makes lanes that start in random states, as a plant or not.
    public func makeWorld(replicas: Range<Int>, seed: UInt64) -> any Environment {
        let lanes = SyntheticEnvironment(self, replicas: replicas, seed: seed)
        guard let plantMilliseconds else { return lanes }
        return SyntheticPlant(lanes, milliseconds: plantMilliseconds)
    }

    /// Makes lanes that start in random states.
    public func makeEnvironment(replicas: Range<Int>, seed: UInt64) -> any RestorableEnvironment {
        SyntheticEnvironment(self, replicas: replicas, seed: seed)
    }
}
