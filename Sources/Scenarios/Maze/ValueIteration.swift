public import TabularLearning

/// The exact solution of a maze: what Q-learning has to come to.
///
///     Q*(s, a) = Σ p(s′ | s, a) [r + γ maxₐ′ Q*(s′, a′)]
///
/// Truncation does not enter: a cut transition bootstraps. Source: Sutton & Barto 2018, §4.4, in place.
public struct ValueIteration: Sendable {
    /// γ.
    public let discount: Double

    /// [cells × 4] Q*, 0 for walls, goals and holes; within 10⁻¹³ for γ < 1.
    public let actionValues: [Double]

    /// The cells in which an action is chosen, in row-major order.
    public let decisionCells: [Int]

    private let model: Model

    /// Solves a maze.
    ///
    /// - Parameters:
    ///   - scenario: The maze and its slip probability.
    ///   - discount: γ in 0...1; at 1 a value is the probability of ever coming to a goal. At most
    ///     `MazeScenario.longestHorizon` where the maze is not plain.
    public init(_ scenario: MazeScenario, discount: Double) {
        precondition((0...1).contains(discount), "a discount is 0...1")
        precondition(
            scenario.isPlain || discount <= MazeScenario.longestHorizon,
            "returns of a maze that pays on the way have a discount"
        )
        self.discount = discount
        decisionCells = scenario.layout.decisionCells
        model = Model(scenario, discount: discount)
        let model = model
        let values = Self.fixedPoint(of: decisionCells, in: model) { cell, values in
            (0..<4).reduce(-.infinity) { max($0, model.value(of: $1, in: cell, from: values)) }
        }
        var actionValues = Array(repeating: 0.0, count: values.count * 4)
        for cell in decisionCells {
            for move in 0..<4 { actionValues[cell * 4 + move] = model.value(of: move, in: cell, from: values) }
        }
        self.actionValues = actionValues
    }

    /// The value of the best policy in a cell: the highest of its four.
    public func stateValue(of cell: Int) -> Double {
        actionValues[(cell * 4)..<(cell * 4 + 4)].max() ?? 0
    }

    /// Evaluates a policy exactly.
    ///
    /// Source: Sutton & Barto 2018, §4.1, in place.
    ///
    /// - Parameter policy: [cells] moves; those of walls and goals do not count.
    /// - Returns: [cells] state values within 10⁻¹³.
    public func stateValues(ofPolicy policy: [UInt8]) -> [Double] {
        precondition(policy.count * 4 == actionValues.count, "one move per cell")
        return Self.fixedPoint(of: decisionCells, in: model) { cell, values in
            model.value(of: Int(policy[cell]), in: cell, from: values)
        }
    }

    /// Returns the mean of (Q − Q*)² over all decision cells and moves.
    ///
    /// - Parameter table: One row per cell.
    /// - Returns: The square of the root mean square error.
    public func meanSquaredError(of table: ActionValueTable) -> Double {
        var sum = 0.0
        for cell in decisionCells {
            for index in (cell * 4)..<(cell * 4 + 4) {
                let error = Double(table.cells[index].value) - actionValues[index]
                sum += error * error
            }
        }
        return sum / Double(decisionCells.count * 4)
    }

    /// Returns the greedy policy of a table, the lowest move on ties.
    ///
    /// - Parameter table: One row per cell.
    /// - Returns: [cells] moves.
    public static func greedyPolicy(of table: ActionValueTable) -> [UInt8] {
        var answers = GreedyAnswers()
        let states = (0..<UInt64(table.rowCount)).map { $0 }
        table.greedy(states.span, into: &answers)
        return answers.actions
    }

    /// Sweeps over the cells until no value moves by more than leaves an error of 10⁻¹³.
    ///
    /// In a plain maze values only rise from zero, rounding included, and stay below 1: the sweeps end. Without a discount no
    /// change bounds the error; they end when nothing moves but the last digits. In another maze values may be of any size
    /// and rounding may move them either way: there they end when none moves by more than 10⁻¹³ of the largest.
    private static func fixedPoint(
        of cells: [Int],
        in model: Model,
        backup: (Int, [Double]) -> Double
    ) -> [Double] {
        var values = Array(repeating: 0.0, count: model.isEnd.count)
        var change: Double
        var largest = 0.0
        repeat {
            change = 0
            for cell in cells {
                let value = backup(cell, values)
                change = max(change, (value - values[cell]).magnitude)
                largest = max(largest, value.magnitude)
                values[cell] = value
            }
        } while change > (model.isPlain ? model.discount < 1 ? 1e-13 * (1 - model.discount) : 1e-15 : 1e-13 * largest)
        return values
    }
}

extension ValueIteration {
    /// The probabilities and rewards of a maze.
    fileprivate struct Model: Sendable {
        let discount: Double
        let slip: Double
        let isPlain: Bool
        let isEnd: [Bool]
        /// What a move pays that comes to a cell.
        let rewards: [Double]
        /// [cells × 4] where each move leads.
        let destinations: [Int]

        init(_ scenario: MazeScenario, discount: Double) {
            let layout = scenario.layout
            self.discount = discount
            slip = scenario.slip
            isPlain = scenario.isPlain
            isEnd = layout.cells.map { $0 == .goal || $0 == .hole }
            rewards = layout.cells.map(scenario.pay.reward)
            destinations = layout.cells.indices.flatMap { cell in
                MazeLayout.Move.allCases.map { layout.destination(of: $0, from: cell) }
            }
        }

        /// The expected return of a move, given the values of the cells.
        func value(of move: Int, in cell: Int, from values: [Double]) -> Double {
            let ahead = outcome(of: move, in: cell, from: values)
            let right = outcome(of: (move + 1) % 4, in: cell, from: values)
            let left = outcome(of: (move + 3) % 4, in: cell, from: values)
            return (1 - slip) * ahead + slip / 2 * right + slip / 2 * left
        }

        private func outcome(of move: Int, in cell: Int, from values: [Double]) -> Double {
            let next = destinations[cell * 4 + move]
            return isEnd[next] ? rewards[next] : rewards[next] + discount * values[next]
        }
    }
}
