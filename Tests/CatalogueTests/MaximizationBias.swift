import Foundation
import TabularLearning

/// The problem on which a maximum misleads; one lane.
///
/// From A, right ends with 0; left leads to B, whose ten actions end with a reward drawn from N(−0.1, 1). It counts how
/// often an episode begins with left.
///
/// Source: Sutton & Barto 2018, example 6.7.
struct MaximizationBias: Environment {
    static let (a, b): (UInt64, UInt64) = (0, 1)
    private static let (left, right): (UInt8, UInt8) = (0, 1)
    private static let meanReward = -0.1

    private let random: CounterBasedRandom
    private var state = Self.a
    private var stepCount: UInt64 = 0
    /// Whether each episode so far began with left.
    private var lefts: [Bool] = []

    init(seed: UInt64) { random = CounterBasedRandom(seed: seed, stream: .dynamics) }

    var space: StateSpace {
        StateSpace(factors: [.init("place", count: 2)], actions: (0..<10).map(String.init))
    }

    var laneCount: Int { 1 }

    /// Of each episode 100 where it began with left, else 0.
    var gauges: [Gauge] {
        lefts.map { Gauge(name: "left", unit: "%", total: $0 ? 100 : 0, weight: 1, isBetterLow: true) }
    }

    func begin(_ batch: inout StepBatch) {
        batch.removeAll()
        batch.decide(lane: 0, state: Self.a, mask: 0b11)
    }

    mutating func step(_ actions: [UInt8], _ batch: inout StepBatch) {
        batch.removeAll()
        stepCount += 1
        let isLeft = state == Self.a && actions[0] == Self.left
        if state == Self.a { lefts.append(isLeft) }
        let bootstrap = isLeft ? 0 : StepBatch.Transitions.terminal
        let reward = state == Self.b ? drawReward() : 0
        batch.transition(state: state, action: actions[0], reward: reward, bootstrap: bootstrap)
        state = isLeft ? Self.b : Self.a
        batch.decide(lane: 0, state: state, mask: state == Self.a ? 0b11 : ActionMask.all(10))
    }

    /// By Box and Muller.
    private func drawReward() -> Float {
        var generator = random.generator(lane: 0, step: stepCount)
        let (u, v) = (
            Double.random(in: Double.ulpOfOne...1, using: &generator), Double.random(in: 0..<1, using: &generator)
        )
        return Float(Self.meanReward + (-2 * log(u)).squareRoot() * cos(2 * .pi * v))
    }
}
