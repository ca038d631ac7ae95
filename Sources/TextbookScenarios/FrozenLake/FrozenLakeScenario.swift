internal import ClassicWorlds
internal import DecisionProcesses
internal import Evaluation
internal import ScenarioCatalogue
internal import Scenarios
internal import TabularLearning

/// A walk over a frozen lake: from the start to the goal, and into none of the holes.
///
/// On slippery ice a move goes where it is meant with some probability, and to either side of that with half of the rest. The
/// goal is worth 1, everything else 0. States, actions, maps and outcomes are those of Gymnasium's FrozenLake-v1.
struct FrozenLakeScenario: Scenario, Hashable {
    static let name = "frozen-lake"

    /// S start, F ice, H hole, G goal.
    var map = maps["4x4"] ?? []
    /// The probability that a move goes where it is meant; 1 where nobody slips.
    var successRate = 1.0 / 3.0
    /// The steps after which an episode is cut.
    var episodeSteps = 100

    /// The maps that have a name.
    static let maps = [
        "4x4": ["SFFF", "FHFH", "FFFH", "HFFG"],
        "8x8": [
            "SFFFFFFF", "FFFFFFFF", "FFFHFFFF", "FFFFFHFF", "FFFHFFFF", "FHHFFFHF", "FHFFHFHF", "FFFHFFFG",
        ],
    ]

    /// The lake by a map's name, with the episodes that Gymnasium has on it.
    init(map name: String = "4x4") {
        map = Self.maps[name] ?? map
        episodeSteps = Self.usualSteps(map)
    }

    /// 100 steps on 16 cells and less, 200 beyond.
    static func usualSteps(_ map: [String]) -> Int { map.reduce(0) { $0 + $1.count } > 16 ? 200 : 100 }

    /// The most cells, times the steps of an episode, that are solved exactly.
    static let mostCellSteps = 1_000_000

    func check() throws(ScenarioError) {
        let text: TextMap
        do throws(TextMap.Failure) {
            text = try TextMap(map, letters: "SFHG")
        } catch {
            throw ScenarioError(error.description)
        }
        guard !text.cells(of: "S").isEmpty, !text.cells(of: "G").isEmpty else {
            throw ScenarioError("a map without a start S or without a goal G: it needs both")
        }
        guard (0...1).contains(successRate) else {
            throw ScenarioError("a success rate of \(successRate) is not within 0...1")
        }
        guard episodeSteps >= 1, text.grid.cellCount <= Self.mostCellSteps / episodeSteps else {
            throw ScenarioError(
                "\(text.grid.cellCount) cells and episodes of \(episodeSteps) steps: at least 1 step, and cells times steps at "
                    + "most \(Self.mostCellSteps), or the optimum takes too long"
            )
        }
    }

    /// Left, down, right, up, as Gymnasium numbers them.
    static let moves: [GridMove] = [.left, .down, .right, .up]

    private var columnCount: Int { map.first?.count ?? 1 }

    var space: StateSpace {
        StateSpace(
            factors: [.init("row", count: max(1, map.count)), .init("column", count: columnCount)],
            actions: Self.moves.map(\.rawValue)
        )
    }

    /// At random at first, since the goal is the only reward; the discount is near enough to 1 for the length of the episodes.
    var defaults: TrainingDefaults {
        let isSmall = map.count * columnCount <= 16
        return .overAllStates(
            discount: isSmall ? 0.99 : 0.999,
            stepSize: .visitCount(horizon: isSmall ? 99 : 999, minimum: 0),
            steps: isSmall ? 1_000_000 : 5_000_000
        )
    }
}

extension FrozenLakeScenario: ProcessScenario {
    var starts: [Int] { cells(of: "S") }
    var start: Int { starts.first ?? 0 }
    var trainingStarts: [Int] { starts }
    var stepLimit: Int? { episodeSteps }
    var yardstick: ProcessYardstick { .episodes(steps: episodeSteps) }
    var figures: [ProcessFigure] { [] }

    var subject: String {
        "frozen lake, \(map.count) × \(columnCount), "
            + (successRate == 1 ? "not slippery" : "moves succeed with \(decimal(successRate, places: 3))")
    }

    private func cells(of letter: Character) -> [Int] {
        map.joined().enumerated().filter { $0.element == letter }.map(\.offset)
    }

    var process: DecisionProcess {
        let grid = Grid(rows: map.count, columns: columnCount)
        let letters = Array(map.joined())
        return DecisionProcess(
            stateCount: grid.cellCount,
            actionCount: Self.moves.count,
            mask: { "GH".contains(letters[$0]) ? 0 : ActionMask.all(Self.moves.count) },
            outcomes: { cell, action in
                directions(action).map { direction, probability in
                    let next = grid.cell(after: Self.moves[direction], from: cell)
                    return .init(
                        probability: probability,
                        reward: letters[next] == "G" ? 1 : 0,
                        next: "GH".contains(letters[next]) ? nil : next
                    )
                }
            }
        )
    }

    /// Where a move may go, and how likely; those that cannot be are left out.
    private func directions(_ action: Int) -> [(direction: Int, probability: Double)] {
        let aside = (1 - successRate) / 2
        return [((action + 3) % 4, aside), (action, successRate), ((action + 1) % 4, aside)].filter { $0.1 > 0 }
    }

    /// The shortest way, as if the ice were dry, and chance.
    func rules(_ solution: ExactSolution) -> [Controller] {
        var dry = self
        dry.successRate = 1
        let policy = ExactSolution(dry.process, discount: 0.99).policy
        let shortest = Controller("as-if-dry", in: solution.process, policy: policy)
        return (successRate == 1 ? [] : [shortest]) + [.random(in: solution.process)]
    }
}
