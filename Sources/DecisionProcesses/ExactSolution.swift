package import TabularLearning

/// The best that can be had in a decision process, and what any way to decide is worth there.
///
///     Q*(s, a) = Σ p(s′, r | s, a) [r + γ maxₐ′ Q*(s′, a′)]
///
/// Sweeps in place until no value moves by more than 10⁻¹³ of the largest. Source: Sutton & Barto 2018, §4.1 and §4.4.
package struct ExactSolution: Sendable {
    package let process: DecisionProcess
    package let discount: Double
    /// V*, by state.
    package let values: [Double]

    /// The discounts with which a process that never ends is solved: the sweeps grow as 1 / (1 − γ).
    package static let longestHorizon = 0.999

    /// Solves a process.
    ///
    /// - Parameters:
    ///   - process: Where it never ends, `discount` has to be at most `longestHorizon`.
    ///   - discount: γ.
    package init(_ process: DecisionProcess, discount: Double) {
        self.process = process
        self.discount = discount
        values = Self.fixedPoint(count: process.stateCount) { state, values in
            let best = process.actions(in: state).map {
                process.value(of: $0, in: state, from: values, discount: discount)
            }
            return best.max() ?? 0
        }
    }

    /// The best action of each state, the lowest of equal ones; 0 where nothing is decided.
    package var policy: [UInt8] {
        (0..<process.stateCount).map { state in
            Self.best(of: process.actions(in: state)) {
                process.value(of: $0, in: state, from: values, discount: discount)
            }
        }
    }

    /// The greedy action of each state in a table, the lowest of equal ones; 0 where nothing is decided.
    package func policy(of table: ActionValueTable) -> [UInt8] {
        precondition(table.planeCount == 1, "a table as whoever acts sees it")
        return (0..<process.stateCount).map { state in
            Self.best(of: process.actions(in: state)) { Double(table.cells[state * table.actionCount + $0].value) }
        }
    }

    /// What a way to decide is worth, by state, from its first memory on.
    ///
    /// With a memory the process and the rule are one chain over states and memories.
    package func values(of controller: Controller) -> [Double] {
        let memories = controller.memoryCount
        let all = Self.fixedPoint(count: process.stateCount * memories) { [process, discount] index, values in
            let (state, memory) = index.quotientAndRemainder(dividingBy: memories)
            var value = 0.0
            for action in process.actions(in: state) {
                let share = controller.probability(of: action, in: state, memory)
                guard share > 0 else { continue }
                for outcome in process.outcomes[process.range(of: action, in: state)] {
                    let next = outcome.next.map { next in
                        discount * values[next * memories + controller.remember(memory, state, action, outcome)]
                    }
                    value += share * outcome.probability * (outcome.reward + (next ?? 0))
                }
            }
            return value
        }
        return (0..<process.stateCount).map { all[$0 * memories + controller.firstMemory] }
    }

    private static func best(of actions: [Int], value: (Int) -> Double) -> UInt8 {
        let values = actions.map { (action: $0, value: value($0)) }
        return UInt8(values.max { ($0.value, $1.action) < ($1.value, $0.action) }?.action ?? 0)
    }

    /// Sweeps from the last state to the first, since episodes lead on to lower states or higher ones in turn.
    static func fixedPoint(count: Int, backup: (Int, [Double]) -> Double) -> [Double] {
        var values = Array(repeating: 0.0, count: count)
        var (change, largest) = (0.0, 0.0)
        repeat {
            change = 0
            for index in (0..<count).reversed() {
                let value = backup(index, values)
                change = max(change, (value - values[index]).magnitude)
                largest = max(largest, value.magnitude)
                values[index] = value
            }
        } while change > 1e-13 * largest
        return values
    }
}
