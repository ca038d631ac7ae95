internal import ClassicWorlds
internal import NeuralLearning
internal import ScenarioCatalogue
internal import Scenarios
internal import TabularLearning

/// Two links that swing up, seen through bins of their angles and angular velocities.
struct AcrobotScenario: ControlScenario {
    typealias Problem = Acrobot
    static let name = "acrobot"
    static let usualBins = [12, 12, 10, 10]
    static let solvedReturn: Double? = -100

    static let usualTiles = TileCoder(tilings: 32, tiles: [6, 6, 6, 6], ranges: Problem().variables.map(\.range))

    let coder: ControlCoder

    /// Against the first link's turning, which the joint's torque then feeds.
    static let rules = [ControlRule(name: "swing") { $0[2] > 0 ? 0 : 2 }]

    /// Steps one by one, and many updates towards a target that is copied often.
    static var network: DQNSettings {
        var settings = DQNSettings()
        (settings.steps, settings.stepCount, settings.batchSize) = (100_000, 1, 128)
        (settings.stepSize, settings.targetEvery) = (6.3e-4, 250)
        settings.epsilon = .linear(initial: 1, final: 0.1, steps: 12_000)
        return settings
    }

    /// Many systems with a table of zeros, which is above all that can be had.
    static var binnedDefaults: TrainingDefaults {
        let steps: UInt64 = 20_000_000
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

    /// A few systems with weights of zero, which hope for more than can be had and need no chance.
    static var tiledDefaults: TrainingDefaults {
        TrainingDefaults(
            parameters: LearningParameters(
                discount: 1,
                stepSize: .constant(0.2),
                epsilon: .constant(0),
                ties: .random,
                update: UpdateRule(rawValue: "sarsa-lambda:0.9:20") ?? .qLearning
            ),
            lanes: 8,
            cohorts: 2,
            steps: 400_000
        )
    }
}

/// The two links in the catalogue.
enum AcrobotEntry: ControlEntry {
    typealias System = AcrobotScenario
    static let summary = "Two links that swing up (Gymnasium's Acrobot-v1), seen through bins or tiles."
    static let example = "--output runs/acrobot"
}
