internal import ClassicWorlds
internal import Scenarios
internal import TabularLearning

/// A pendulum with a weak motor, seen through bins of its angle and angular velocity.
struct PendulumScenario: ControlScenario {
    typealias Problem = Pendulum
    static let name = "pendulum"
    static let usualBins = [51, 51]
    static let solvedReturn: Double? = nil

    let coder: BinCoder

    /// Below with the turning, so that it gains height; near the top against what it leans and turns.
    static let rules = [
        ControlRule(name: "swing-and-hold") { numbers in
            if numbers[0].magnitude > 0.6 { return numbers[1] < 0 ? 0 : 4 }
            let torque = -10 * numbers[0] - 2 * numbers[1]
            return min(max(Int((torque + 2).rounded()), 0), 4)
        }
    ]

    /// Many pendulums at random at first.
    var defaults: TrainingDefaults {
        .overAllStates(discount: 0.98, stepSize: .visitCount(horizon: 50, minimum: 0.01), steps: 20_000_000)
    }
}

/// The pendulum in the catalogue.
enum PendulumEntry: ControlEntry {
    typealias System = PendulumScenario
    static let summary = "A pendulum swung up and held (Gymnasium's Pendulum-v1), seen through bins."
    static let example = "--output runs/pendulum"
}
