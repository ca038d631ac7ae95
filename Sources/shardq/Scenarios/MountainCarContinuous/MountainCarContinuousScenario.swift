internal import ClassicWorlds
internal import DecisionProcesses
internal import NeuralLearning
internal import ScenarioCatalogue
internal import Scenarios
internal import TabularLearning

/// A weak car in a valley whose engine takes any force, seen through bins or tiles of its position and velocity.
struct MountainCarContinuousScenario: ContinuousControlScenario {
    typealias Problem = MountainCarContinuous
    static let name = "mountain-car-continuous"
    static let usualBins = [40, 40]
    static let solvedReturn: Double? = 90

    let coder: ControlCoder

    /// Always the way it rolls.
    static let rules = [ControlRule(name: "swing") { $0[1] < 0 ? 0 : 4 }]

    /// Pushes that last find the hill, chance without them does not; returns of ten steps bring it nearer.
    private static func lasting(_ settings: ActorCriticSettings) -> ActorCriticSettings {
        var settings = settings
        (settings.noise, settings.warmUp, settings.stepCount) = (.lasting(0.7), 2_000, 10)
        (settings.discount, settings.batchSize, settings.evaluateEvery) = (0.99, 64, 2_000)
        return settings
    }

    static var ddpg: ActorCriticSettings { lasting(.ddpg) }
    static var td3: ActorCriticSettings { lasting(.td3) }

    /// Many cars at random at first.
    static var binnedDefaults: TrainingDefaults {
        .overAllStates(discount: 0.99, stepSize: .visitCount(horizon: 100, minimum: 0.01), steps: 20_000_000)
    }
}

/// The car with any force in the catalogue.
enum MountainCarContinuousEntry: ControlEntry {
    typealias System = MountainCarContinuousScenario
    static let title = "Mountain car, continuous"
    static let summary = "A weak car that saves fuel (Gymnasium's MountainCarContinuous-v0), by bins or tiles."
    static let example = "--output runs/fuel"
}
