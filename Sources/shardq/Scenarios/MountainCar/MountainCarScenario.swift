internal import ClassicWorlds
internal import NeuralLearning
internal import ScenarioCatalogue
internal import Scenarios
internal import TabularLearning

/// A weak car in a valley, seen through bins or tiles of its position and velocity.
struct MountainCarScenario: ControlScenario {
    typealias Problem = MountainCar
    static let name = "mountain-car"
    static let usualBins = [40, 40]
    static let solvedReturn: Double? = -110

    static let usualTiles = TileCoder(tilings: 8, tiles: [8, 8], ranges: Problem().variables.map(\.range))

    let coder: ControlCoder

    /// Always the way it rolls.
    static let rules = [ControlRule(name: "swing") { $0[1] < 0 ? 0 : 2 }]

    /// Returns of five steps bring the hill nearer, and chance for a quarter of the run finds it.
    static var network: DQNSettings {
        var settings = DQNSettings()
        (settings.steps, settings.stepCount, settings.trainEvery) = (120_000, 5, 8)
        (settings.targetEvery, settings.epsilon) = (1_000, .linear(initial: 1, final: 0.05, steps: 30_000))
        return settings
    }

    /// Many cars with a table of zeros, which is above all that can be had, so that whatever was not tried is tried.
    static var binnedDefaults: TrainingDefaults {
        let steps: UInt64 = 10_000_000
        return TrainingDefaults(
            parameters: LearningParameters(
                discount: 1,
                stepSize: .visitCount(horizon: 100, minimum: 0.01),
                epsilon: .linear(initial: 0.1, final: 0, steps: steps / 5 * 4)
            ),
            lanes: 256,
            cohorts: 2,
            steps: steps
        )
    }

    /// A few cars with weights of zero, which hope for more than can be had and need no chance.
    static var tiledDefaults: TrainingDefaults {
        TrainingDefaults(
            parameters: LearningParameters(
                discount: 1,
                stepSize: .constant(0.3),
                epsilon: .constant(0),
                ties: .random,
                update: UpdateRule(rawValue: "sarsa-lambda:0.9:20") ?? .qLearning
            ),
            lanes: 8,
            cohorts: 2,
            steps: 1_000_000
        )
    }
}

/// The weak car in the catalogue.
enum MountainCarEntry: ControlEntry {
    typealias System = MountainCarScenario
    static let title = "Mountain car"
    static let summary = "A car too weak for its hill (Gymnasium's MountainCar-v0), seen through bins or tiles."
    static let example = "--bins 40,40 --output runs/car"
}
