internal import TabularLearning

/// What ways to decide are worth from where a scenario begins, by its yardstick, and the best of them.
package struct ProcessWorth: Sendable {
    let solution: ExactSolution
    /// The worth of the best way.
    package let optimum: Double
    private let starts: [Int]
    private let yardstick: ProcessYardstick
    /// By steps left, from 1 on, or only once, the best action of each state; empty for discounted returns.
    private let best: [[UInt8]]

    init(_ scenario: any ProcessScenario, _ solution: ExactSolution) {
        self.solution = solution
        (starts, yardstick) = (scenario.starts, scenario.yardstick)
        switch yardstick {
        case .discounted:
            (best, optimum) = ([], Self.mean(solution.values, starts))
        case .episodes(let steps):
            let (values, actions) = solution.process.best(within: steps)
            (best, optimum) = (actions, Self.mean(values, starts))
        case .gain:
            let (gain, actions) = solution.process.bestGain()
            (best, optimum) = ([actions], gain)
        }
    }

    /// What a way to decide is worth.
    package func value(of controller: Controller) -> Double {
        switch yardstick {
        case .discounted: Self.mean(solution.values(of: controller), starts)
        case .episodes(let steps): Self.mean(solution.process.returns(of: controller, within: steps), starts)
        case .gain: solution.process.gain(of: controller, from: starts[0])
        }
    }

    /// How far a value is below the optimum, as a share of the optimum's size.
    func gap(of value: Double) -> Double {
        value == optimum ? 0 : (optimum - value) / max(optimum.magnitude, .leastNormalMagnitude)
    }

    /// The best ways: the optimum, and beside it what is greedy on V* of the discount where that is something else.
    var entrants: [(controller: Controller, value: Double)] {
        let process = solution.process
        func greedy(_ name: String) -> Controller { Controller(name, in: process, policy: solution.policy) }
        switch yardstick {
        case .discounted:
            return [(greedy("optimum"), optimum)]
        case .episodes(let steps):
            let clocked = Controller(
                "optimum",
                in: process,
                memoryCount: steps,
                remember: { step, _, _, _ in min(step + 1, steps - 1) },
                shares: { state, step in [(Int(best[steps - 1 - step][state]), 1)] }
            )
            let stationary = greedy("optimum-without-clock")
            return [(clocked, optimum), (stationary, value(of: stationary))]
        case .gain:
            let discounted = greedy("optimum-discounted")
            return [
                (Controller("optimum", in: process, policy: best[0]), optimum), (discounted, value(of: discounted)),
            ]
        }
    }

    /// Over the starts, all equally likely.
    private static func mean(_ values: [Double], _ starts: [Int]) -> Double {
        starts.reduce(0) { $0 + values[$1] } / Double(max(1, starts.count))
    }
}

extension DecisionProcess {
    /// Whether from every state in which something is decided some way leads to an end.
    package var canAlwaysEnd: Bool {
        var before: [[Int]] = Array(repeating: [], count: stateCount)
        var isNear = Array(repeating: false, count: stateCount)
        for state in 0..<stateCount {
            isNear[state] = masks[state] == 0
            for action in actions(in: state) {
                for outcome in outcomes[range(of: action, in: state)] {
                    if let next = outcome.next { before[next].append(state) } else { isNear[state] = true }
                }
            }
        }
        var found = isNear.indices.filter { isNear[$0] }
        while let state = found.popLast() {
            for earlier in before[state] where !isNear[earlier] {
                isNear[earlier] = true
                found.append(earlier)
            }
        }
        return isNear.allSatisfy(\.self)
    }
}
