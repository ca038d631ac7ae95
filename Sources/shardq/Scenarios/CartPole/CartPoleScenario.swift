internal import ClassicWorlds
internal import ScenarioCatalogue
internal import Scenarios
internal import TabularLearning

/// A pole on a cart, seen through 72 bins of its angle and angular velocity.
struct CartPoleScenario: ControlScenario {
    typealias Problem = CartPole
    static let name = "cart-pole"
    static let usualBins = [1, 1, 6, 12]
    static let solvedReturn: Double? = 475

    /// The velocities have no bounds; beyond these nothing is balanced any more.
    static let usualTiles = TileCoder(
        tilings: 16,
        tiles: [3, 3, 6, 6],
        ranges: [-2.4...2.4, -3...3, -0.21...0.21, -3.5...3.5]
    )

    let coder: ControlCoder

    /// By the pole alone: to where it will lean.
    static let rules = [ControlRule(name: "lean") { $0[2] + 0.25 * $0[3] > 0 ? 1 : 0 }]

    /// One walker with every update before the next choice, and little exploration that ends.
    static var binnedDefaults: TrainingDefaults {
        TrainingDefaults(
            parameters: LearningParameters(
                discount: 0.99,
                stepSize: .visitCount(horizon: 99, minimum: 0.02),
                epsilon: .linear(initial: 0.1, final: 0, steps: 100_000),
                staleness: .fresh,
                ties: .random
            ),
            lanes: 1,
            cohorts: 1,
            steps: 400_000
        )
    }

    /// One walker with little exploration that ends.
    static var tiledDefaults: TrainingDefaults {
        TrainingDefaults(
            parameters: LearningParameters(
                discount: 0.99,
                stepSize: .constant(0.5),
                epsilon: .linear(initial: 0.1, final: 0, steps: 100_000),
                ties: .random,
                update: UpdateRule(rawValue: "sarsa") ?? .qLearning
            ),
            lanes: 1,
            cohorts: 1,
            steps: 400_000
        )
    }
}

/// The pole on a cart in the catalogue.
enum CartPoleEntry: ControlEntry {
    typealias System = CartPoleScenario
    static let title = "Cart-pole"
    static let summary = "A pole balanced on a cart (Gymnasium's CartPole-v1), seen through bins or tiles."
    static let example = "--bins 1,1,6,12 --output runs/pole"
}
