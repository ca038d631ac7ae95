internal import ClassicWorlds
internal import DecisionProcesses
internal import Evaluation
internal import ScenarioCatalogue
internal import Scenarios
internal import TabularLearning

/// A taxi that fetches a passenger at one of four stands and brings him to another.
///
/// A step costs 1, picking up or dropping off where that makes no sense 10, and the right drop earns 20 and ends the episode. In
/// the rain a move goes astray to either side. States, actions and outcomes are those of Gymnasium's Taxi-v4.
///
/// Source: Dietterich, *Hierarchical Reinforcement Learning with the MAXQ Value Function Decomposition*, JAIR 13, 2000, §3.1.
struct TaxiScenario: Scenario, Hashable {
    static let name = "taxi"

    /// The probability that a move goes where it is meant; 1 in the dry, 0.8 in Gymnasium's rain.
    var successRate = 1.0
    /// The steps after which an episode is cut.
    var episodeSteps = 200

    /// The most steps of an episode whose optimum is computed.
    static let mostEpisodeSteps = 2_000

    func check() throws(ScenarioError) {
        guard (0...1).contains(successRate) else {
            throw ScenarioError("a success rate of \(successRate) is not within 0...1")
        }
        guard (1...Self.mostEpisodeSteps).contains(episodeSteps) else {
            throw ScenarioError("episodes of \(episodeSteps) steps: 1 to \(Self.mostEpisodeSteps)")
        }
    }

    var space: StateSpace {
        StateSpace(
            factors: [
                .init("row", count: TaxiTown.grid.rowCount), .init("column", count: TaxiTown.grid.columnCount),
                .init("passenger", levels: TaxiTown.stands.map(\.name) + ["taxi"]),
                .init("destination", levels: TaxiTown.stands.map(\.name)),
            ],
            actions: ["south", "north", "east", "west", "pick up", "drop off"]
        )
    }

    /// In the dry nothing is drawn, so that each update counts in full.
    var defaults: TrainingDefaults {
        TrainingDefaults(
            parameters: LearningParameters(
                discount: 0.99,
                stepSize: successRate == 1 ? .constant(1) : .visitCount(horizon: 99, minimum: 0),
                epsilon: .constant(0.5),
                ties: .random
            ),
            lanes: 16,
            cohorts: 1,
            steps: successRate == 1 ? 200_000 : 5_000_000
        )
    }
}

extension TaxiScenario: ProcessScenario {
    /// The taxi anywhere, a passenger at a stand, and to another.
    var starts: [Int] {
        (0..<TaxiTown.stateCount).filter { state in
            let ride = TaxiTown.Ride(state)
            return ride.passenger < TaxiTown.stands.count && ride.passenger != ride.destination
        }
    }

    var start: Int { starts[0] }
    var trainingStarts: [Int] { starts }
    var stepLimit: Int? { episodeSteps }
    var yardstick: ProcessYardstick { .episodes(steps: episodeSteps) }
    var figures: [ProcessFigure] { [] }

    var subject: String {
        "taxi, " + (successRate == 1 ? "dry" : "rain, moves succeed with \(decimal(successRate, places: 3))")
    }

    var process: DecisionProcess {
        DecisionProcess(
            stateCount: TaxiTown.stateCount,
            actionCount: 6,
            mask: { _ in ActionMask.all(6) },
            outcomes: { state, action in
                let ride = TaxiTown.Ride(state)
                switch action {
                case 4: return [ride.pickingUp]
                case 5: return [ride.droppingOff]
                default: return moves(of: ride, action)
                }
            }
        )
    }

    /// Where a move may lead; one that a wall or the border stops does not go astray.
    private func moves(of ride: TaxiTown.Ride, _ action: Int) -> [DecisionProcess.Outcome] {
        let heading = TaxiTown.headings[action]
        let ahead = TaxiTown.cell(after: heading.ahead, from: ride.cell)
        guard successRate < 1 else { return [ride.moving(to: ahead, 1)] }
        let isStopped = ahead == ride.cell
        let aside = (1 - successRate) / 2
        let ways = [(heading.ahead, successRate), (heading.left, aside), (heading.right, aside)]
        return ways.filter { $0.1 > 0 }.map { move, probability in
            ride.moving(to: isStopped ? ride.cell : TaxiTown.cell(after: move, from: ride.cell), probability)
        }
    }

    /// In the rain the best way of the dry; chance, and chance among what makes sense.
    func rules(_ solution: ExactSolution) -> [Controller] {
        let process = solution.process
        let dry = ExactSolution(TaxiScenario().process, discount: 0.99).policy
        let sensible = Controller("random-sensible", in: process) { state, _ in
            TaxiTown.Ride(state).sensibleActions.map { ($0, 1) }
        }
        return (successRate == 1 ? [] : [Controller("as-if-dry", in: process, policy: dry)])
            + [sensible, .random(in: process)]
    }
}
