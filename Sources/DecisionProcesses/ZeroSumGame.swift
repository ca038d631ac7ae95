package import TabularLearning

/// A decision process in which two players move at once and one gets what the other loses, and what can be made sure
/// of in it.
///
/// An action of the process is a move of each: own move × the other's moves + the other's move.
///
///     V(s) = maxₓ minₒ Σₐ xₐ Σ p(s′, r | s, a, o) [r + γ V(s′)]
///
/// Sweeps in place until no value moves by more than 10⁻¹³ of the largest. Source: Shapley, *Stochastic Games*,
/// Proceedings of the National Academy of Sciences 39(10), 1953.
package struct ZeroSumGame: Sendable {
    /// By state with what probability each move is made.
    package typealias Strategy = [[Double]]

    package let process: DecisionProcess
    /// The moves of the other player.
    package let replyCount: Int
    package let discount: Double
    /// What both can make sure of, by state.
    package let values: [Double]

    /// Solves a game in which all moves are allowed in all states.
    package init(_ process: DecisionProcess, replyCount: Int, discount: Double) {
        (self.process, self.replyCount, self.discount) = (process, replyCount, discount)
        values = ExactSolution.fixedPoint(count: process.stateCount) { state, values in
            Self.game(process, replyCount) {
                process.value(of: $0, in: state, from: values, discount: discount)
            }
            .value
        }
    }

    package var moveCount: Int { process.actionCount / replyCount }

    private static func game(_ process: DecisionProcess, _ replyCount: Int, value: (Int) -> Double) -> MatrixGame {
        MatrixGame(rowCount: process.actionCount / replyCount, columnCount: replyCount) { value($0 * replyCount + $1) }
    }

    /// The draws with which both make sure of the values.
    package var equilibrium: (own: Strategy, replies: Strategy) {
        strategies { state, action in process.value(of: action, in: state, from: values, discount: discount) }
    }

    /// The draws that a table has learned.
    package func strategies(of table: ActionValueTable) -> (own: Strategy, replies: Strategy) {
        precondition(table.planeCount == 1, "a table as whoever acts sees it")
        return strategies { state, action in Double(table.cells[state * table.actionCount + action].value) }
    }

    private func strategies(_ value: (Int, Int) -> Double) -> (own: Strategy, replies: Strategy) {
        let games = (0..<process.stateCount).map { state in
            Self.game(process, replyCount) { value(state, $0) }
        }
        return (games.map(\.rowStrategy), games.map(\.columnStrategy))
    }

    /// What a way to move is worth against the best reply to it, by state.
    package func worstCase(of own: Strategy) -> [Double] {
        ExactSolution.fixedPoint(count: process.stateCount) { state, values in
            (0..<replyCount).map { reply in
                (0..<moveCount).reduce(0.0) { sum, move in
                    sum + own[state][move] * value(move, reply, state, values)
                }
            }
            .min() ?? 0
        }
    }

    /// What the other player's way to move leaves to the best answer to it, by state.
    package func bestCase(against replies: Strategy) -> [Double] {
        ExactSolution.fixedPoint(count: process.stateCount) { state, values in
            (0..<moveCount).map { move in
                (0..<replyCount).reduce(0.0) { sum, reply in
                    sum + replies[state][reply] * value(move, reply, state, values)
                }
            }
            .max() ?? 0
        }
    }

    /// What two ways to move are worth against each other, by state.
    package func values(of own: Strategy, against replies: Strategy) -> [Double] {
        ExactSolution.fixedPoint(count: process.stateCount) { state, values in
            (0..<moveCount).reduce(0.0) { sum, move in
                (0..<replyCount).reduce(sum) { sum, reply in
                    sum + own[state][move] * replies[state][reply] * value(move, reply, state, values)
                }
            }
        }
    }

    private func value(_ move: Int, _ reply: Int, _ state: Int, _ values: [Double]) -> Double {
        process.value(of: move * replyCount + reply, in: state, from: values, discount: discount)
    }
}
