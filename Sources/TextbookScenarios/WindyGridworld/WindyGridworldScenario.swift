internal import ClassicWorlds
internal import DecisionProcesses
internal import ScenarioCatalogue
internal import Scenarios
internal import TabularLearning

/// A walk across a grid of 7 × 10 cells with a wind that carries the walker up, at −1 a step.
///
/// How far it carries depends on the column that is left. With the moves of a king there are eight of them, or nine with
/// standing still; where the wind is gusty it is as strong as it says, or one weaker or stronger, a third each.
///
/// Source: Sutton & Barto 2018, example 6.5, exercises 6.9 and 6.10.
struct WindyGridworldScenario: Scenario, Hashable {
    static let name = "windy-gridworld"

    /// Which moves there are.
    enum Moves: String, Hashable, Codable, CaseIterable {
        /// Up, right, down, left.
        case four
        /// Diagonals besides.
        case king
        /// A king who may stand still.
        case kingOrStay = "king-or-stay"

        var all: [GridMove] {
            switch self {
            case .four: Array(GridMove.allCases.prefix(4))
            case .king: Array(GridMove.allCases.prefix(8))
            case .kingOrStay: GridMove.allCases
            }
        }
    }

    var moves = Moves.four
    var isGusty = false
    /// By how many rows the wind carries, by column.
    var wind = [0, 0, 0, 1, 1, 1, 2, 2, 1, 0]

    static let rowCount = 7
    static let winds = 0...6
    /// The steps after which a walk that is compared is over; the book's have no end.
    static let longestWalk = 500

    func check() throws(ScenarioError) {
        guard (2...100).contains(wind.count) else {
            throw ScenarioError("wind for \(wind.count) columns: 2 to 100, a number for each")
        }
        for (column, strength) in wind.enumerated() where !Self.winds.contains(strength) {
            throw ScenarioError("a wind of \(strength) in column \(column) is not within 0...6")
        }
        guard process.canAlwaysEnd else {
            throw ScenarioError(
                "a wind of \(wind.map(String.init).joined(separator: ",")): from some cells nobody comes to the goal, blow less"
            )
        }
    }

    private var grid: Grid { Grid(rows: Self.rowCount, columns: wind.count) }

    /// The book's numbers, one walker, and every update before the next choice.
    var defaults: TrainingDefaults {
        TrainingDefaults(
            parameters: LearningParameters(
                discount: 1,
                stepSize: .constant(0.5),
                epsilon: .constant(0.1),
                staleness: .fresh,
                ties: .random
            ),
            lanes: 1,
            cohorts: 1,
            steps: 40_000
        )
    }

    var space: StateSpace {
        StateSpace(
            factors: [.init("row", count: Self.rowCount), .init("column", count: wind.count)],
            actions: moves.all.map(\.rawValue)
        )
    }
}

extension WindyGridworldScenario: ProcessScenario {
    /// Half-way down on the left.
    var start: Int { grid.cell(row: 3, column: 0) }
    /// In the same row, in the column in which the book has it, or the last but two.
    var goal: Int { grid.cell(row: 3, column: max(1, wind.count - 3)) }
    var trainingStarts: [Int] { [start] }
    var stepLimit: Int? { nil }
    var yardstick: ProcessYardstick { .episodes(steps: Self.longestWalk) }
    var figures: [ProcessFigure] { [] }

    var subject: String {
        "windy gridworld, \(moves == .four ? "four moves" : moves == .king ? "king's moves" : "king's moves or none")"
            + (isGusty ? ", gusty" : "")
    }

    var process: DecisionProcess {
        DecisionProcess(
            stateCount: grid.cellCount,
            actionCount: moves.all.count,
            mask: { $0 == goal ? 0 : ActionMask.all(moves.all.count) },
            outcomes: { cell, action in
                gusts(at: cell).map { up in
                    let next = grid.cell(after: moves.all[action], from: cell, carriedUp: up)
                    return .init(
                        probability: 1 / Double(gusts(at: cell).count),
                        reward: -1,
                        next: next == goal ? nil : next
                    )
                }
            }
        )
    }

    /// By how many rows the wind may carry from a cell, all equally likely; where none blows it is not gusty either.
    private func gusts(at cell: Int) -> [Int] {
        let strength = wind[grid.position(of: cell).column]
        return isGusty && strength > 0 ? [strength - 1, strength, strength + 1] : [strength]
    }

    /// The shortest way of a day without wind or without gusts, and chance.
    func rules(_ solution: ExactSolution) -> [Controller] {
        var (calm, steady) = (self, self)
        calm.wind = wind.map { _ in 0 }
        steady.isGusty = false
        func best(_ other: Self) -> [UInt8] { ExactSolution(other.process, discount: 1).policy }
        return [Controller("as-if-calm", in: solution.process, policy: best(calm))]
            + (isGusty ? [Controller("as-if-steady", in: solution.process, policy: best(steady))] : [])
            + [.random(in: solution.process)]
    }
}
