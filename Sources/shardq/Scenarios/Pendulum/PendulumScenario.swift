internal import ClassicWorlds
internal import DecisionProcesses
internal import ScenarioCatalogue
internal import Scenarios
internal import TabularLearning

/// A pendulum with a weak motor, seen through bins of its angle and angular velocity.
struct PendulumScenario: ContinuousControlScenario {
    typealias Problem = Pendulum
    static let name = "pendulum"
    static let usualBins = [51, 51]
    static let solvedReturn: Double? = nil

    let coder: ControlCoder

    /// Below with the turning where it has less energy than at rest on top, else against it; near the top against what it leans
    /// and turns.
    static let rules = [
        ControlRule(name: "swing-and-hold") { numbers in
            let (angle, velocity) = (numbers[0], numbers[1])
            if angle.magnitude < 0.5, velocity.magnitude < 3 {
                return Int((min(max(-10 * angle - 3 * velocity, -2), 2) + 2).rounded())
            }
            // In units in which gravity's torque is 15 sin θ: a rod whose end is 1 m away.
            let energy = velocity * velocity / 2 + 15 * (1 - angle * angle / 2 + angle * angle * angle * angle / 24)
            return (velocity < 0) == (energy < 15) ? 0 : 4
        }
    ]

    /// Many pendulums at random at first.
    static var binnedDefaults: TrainingDefaults {
        .overAllStates(discount: 0.98, stepSize: .visitCount(horizon: 50, minimum: 0.01), steps: 20_000_000)
    }
}

/// The pendulum in the catalogue.
enum PendulumEntry: ControlEntry {
    typealias System = PendulumScenario
    static let summary = "A pendulum swung up and held (Gymnasium's Pendulum-v1), seen through bins or tiles."
    static let example = "--output runs/pendulum"
}
