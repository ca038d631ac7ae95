public import TabularLearning

/// The two-movement junction as a scenario: what is learned here can be held against the exact optimum.
///
/// State: the movement that has green and both queues. Actions: keep or change, asked in every slot of green after the
/// minimum. Reward of a slot: −(vehicles queued after its departures) / `rewardScale`; a change is one transition of
/// four slots. Two guards mask the choice: after 60 s of green the signal must change when others wait, and it never
/// changes when nobody does.
public struct JunctionScenario: RestorableScenario, Hashable {
    /// The name on the command line.
    public static let name = "junction"

    /// The sum of the two movements' flow ratios, 0.05...0.95.
    public var flowRatio = 0.65
    /// γ per slot of two seconds; the reward of a change is discounted with it inside the environment.
    ///
    /// Default 0.9.
    public var discount: Float = 0.9
    /// The number of queued vehicles that makes a reward of −1 for a slot.
    public var rewardScale: Float = 10

    /// Creates the problem.
    public init(flowRatio: Double = 0.65) {
        self.flowRatio = flowRatio
    }

    /// Checks every setting.
    ///
    /// - Throws: `ScenarioError` that names the first one that makes no sense.
    public func check() throws(ScenarioError) {
        _ = try TwoMovementJunction(flowRatio: flowRatio)
        guard discount >= 0, discount <= 1 else {
            throw ScenarioError("a discount of \(discount) is not within 0...1")
        }
        guard rewardScale > 0, rewardScale.isFinite else {
            throw ScenarioError("a reward scale of \(rewardScale) is not above 0")
        }
    }

    /// The junction of a configuration that has been checked.
    var junction: TwoMovementJunction {
        do {
            return try TwoMovementJunction(flowRatio: flowRatio)
        } catch {
            preconditionFailure("check() comes before use: \(error)")
        }
    }

    /// The green movement and the two queues.
    public var space: StateSpace {
        StateSpace(
            factors: [
                .init("green", levels: ["first movement", "second movement"]),
                .init("first queue", count: TwoMovementJunction.levels),
                .init("second queue", count: TwoMovementJunction.levels),
            ],
            actions: ["keep", "change"]
        )
    }

    /// A junction is one lane.
    public var lanesPerReplica: Int { 1 }

    /// Every state's value depends on its neighbours'.
    public var affinityFactor: Int? { nil }

    /// Five million slots in all.
    public var defaults: TrainingDefaults {
        let steps: UInt64 = 5_000_000
        return TrainingDefaults(
            parameters: LearningParameters(
                discount: discount,
                stepSize: .visitCount(horizon: 1 / (1 - min(discount, 0.999)), minimum: 0),
                epsilon: .linear(initial: 0.2, final: 0.01, steps: steps / 5 * 4)
            ),
            lanes: 32,
            cohorts: 2,
            steps: steps
        )
    }

    /// Makes one junction a replica.
    public func makeEnvironment(replicas: Range<Int>, seed: UInt64) -> any RestorableEnvironment {
        JunctionEnvironment(self, replicas: replicas, seed: seed)
    }
}
