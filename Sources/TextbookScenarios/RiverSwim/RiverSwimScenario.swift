internal import ArgumentParser
internal import DecisionProcesses
internal import Evaluation
internal import ScenarioCatalogue
internal import Scenarios
internal import TabularLearning

/// A swimmer in a river whose current carries him down: a little is earned down there, much at the other end.
///
/// Swimming down always succeeds. Swimming up takes him up a place with 0.35, leaves him with 0.6 and loses one with 0.05; at the
/// lower end it takes him up with 0.6, at the upper he holds with 0.6.
///
/// Source: Strehl and Littman, *An Analysis of Model-Based Interval Estimation for Markov Decision Processes*, JCSS 74(8), 2008.
struct RiverSwimScenario: Scenario, Hashable {
    static let name = "river-swim"

    var places = 6
    /// The steps of an episode; 0 where it never ends.
    var episodeSteps = 0

    static let placeCounts = 2...1_000
    static let mostEpisodeSteps = 10_000

    func check() throws(ScenarioError) {
        guard Self.placeCounts.contains(places) else { throw ScenarioError("\(places) places: 2 to 1000") }
        guard (0...Self.mostEpisodeSteps).contains(episodeSteps) else {
            throw ScenarioError("episodes of \(episodeSteps) steps: 1 to \(Self.mostEpisodeSteps), or 0 for none")
        }
    }

    var space: StateSpace { StateSpace(factors: [.init("place", count: places)], actions: ["down", "up"]) }

    /// Values begin where all that can be had ends, or nobody ever comes to the upper end.
    var defaults: TrainingDefaults {
        TrainingDefaults(
            parameters: LearningParameters(
                discount: 0.99,
                stepSize: .visitCount(discount: 0.99),
                epsilon: .constant(0.1),
                initialValue: 100
            ),
            lanes: 16,
            cohorts: 1,
            steps: 1_000_000
        )
    }
}

extension RiverSwimScenario: ProcessScenario {
    var start: Int { 0 }
    var trainingStarts: [Int] { [0] }
    var stepLimit: Int? { episodeSteps == 0 ? nil : episodeSteps }
    var yardstick: ProcessYardstick { episodeSteps == 0 ? .discounted : .episodes(steps: episodeSteps) }
    var figures: [ProcessFigure] {
        [ProcessFigure(name: "reward", unit: "1/step", preference: .higher) { _, _, outcome in outcome.reward }]
    }

    var subject: String { "river swim, \(places) places" }

    var process: DecisionProcess {
        let last = places - 1
        return DecisionProcess(
            stateCount: places,
            actionCount: 2,
            mask: { _ in 0b11 },
            outcomes: { place, action in
                if action == 0 {
                    return [.init(probability: 1, reward: place == 0 ? 0.005 : 0, next: max(0, place - 1))]
                }
                let ways: [(Double, Int)] =
                    switch place {
                    case 0: [(0.4, 0), (0.6, 1)]
                    case last: [(0.4, last - 1), (0.6, last)]
                    default: [(0.05, place - 1), (0.6, place), (0.35, place + 1)]
                    }
                return ways.map { .init(probability: $0.0, reward: place == last ? 1 : 0, next: $0.1) }
            }
        )
    }

    /// Always up, always down, and chance.
    func rules(_ solution: ExactSolution) -> [Controller] {
        [
            Controller("up", in: solution.process) { _ in 1 }, Controller("down", in: solution.process) { _ in 0 },
            .random(in: solution.process),
        ]
    }
}

/// The river in the catalogue.
enum RiverSwimEntry: ProcessEntry {
    typealias Options = RiverSwimOptions

    static let standard: any CataloguedScenario = RiverSwimScenario()
    static let title = "River swim"
    static let summary = "A swimmer against the current: rewards that are hard to come by, beside the exact optimum."
    static let comparison = "Compare policies with swimming up, down and anywhere, and the exact optimum."
    static let example = "--output runs/river"
    static let samples: [any CataloguedScenario] = [
        RiverSwimScenario(), RiverSwimScenario(places: 3, episodeSteps: 20),
    ]
}

/// The settings of the river.
struct RiverSwimOptions: ProcessOptionGroup {
    @Option(help: ArgumentHelp("Places from the lower to the upper end (default: 6).", valueName: "n"))
    var places: Int?

    @Option(
        name: .customLong("episode-steps"),
        help: ArgumentHelp("Steps of an episode (default: 0, it never ends).", valueName: "n")
    )
    var episodeSteps: Int?

    var given: [String] {
        [("--places", places != nil), ("--episode-steps", episodeSteps != nil)].filter(\.1).map(\.0)
    }

    func configuration(discount: Float?) throws -> ScenarioConfiguration {
        var scenario = RiverSwimScenario()
        if let places { scenario.places = places }
        if let episodeSteps { scenario.episodeSteps = episodeSteps }
        return ScenarioConfiguration(scenario)
    }
}
