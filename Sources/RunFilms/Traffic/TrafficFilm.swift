internal import Evaluation
internal import Foundation
public import Scenarios
public import TabularLearning

/// Traffic to be watched: the junctions and roads, and second by second the queues, the lights and the figures so far.
///
/// A frame is an object: `t` the second; `d` the mean delay so far in seconds per vehicle, `w` vehicles that wait, `i` those inside,
/// `o` those outside that cannot enter, `l` those that have left; by road `q` vehicles at its stop line and `v` all on it; by junction
/// `s`, three times the phase plus what it shows (0 green, 1 yellow, 2 red for all); by entry `b` those that cannot enter.
struct TrafficFilm: Sendable {
    private let evaluation: TrafficEvaluation
    private let table: ActionValueTable
    private let cut: FilmCut

    /// No film is longer than two hours.
    static let mostSeconds = 7200

    static let learned = "learned"

    init(_ scenario: TrafficScenario, _ table: ActionValueTable, seeds: ClosedRange<UInt64>) throws(ScenarioError) {
        let seconds = min(scenario.episodeSeconds, Self.mostSeconds)
        evaluation = try TrafficEvaluation(scenario: scenario, seeds: Array(seeds), seconds: seconds)
        self.table = table
        let network = evaluation.network
        let numbers = 2 * network.roads.count + network.intersections.count + network.entries.count
        cut = FilmCut(length: seconds, finest: 1, numbers: numbers)
    }

    /// The actors: the policy, then the classical ones.
    static var actors: [String] { [learned] + SignalControllers.names }

    private func controller(_ name: String) throws -> any SignalController {
        guard name != Self.learned else { return LearnedController(table: table, scenario: evaluation.scenario) }
        return try SignalControllers(scenario: evaluation.scenario, network: evaluation.network).named(name)
    }

    /// Has a controller act, and puts every frame on a reel.
    func play(_ actor: String, seed: UInt64, on reel: FilmReel) throws {
        var pieces = FilmPieces(cut, reel)
        _ = try evaluation.measure(try controller(actor), seed: seed) { simulation in
            let second = simulation.counters.seconds
            guard second % cut.interval == 0 || second == evaluation.seconds else { return }
            try pieces.add(frame(of: simulation))
        }
    }

    private func frame(of simulation: TrafficSimulation) -> String {
        let network = evaluation.network
        let counters = simulation.counters
        let queues = network.roads.map { road in
            road.movements.reduce(0) { $0 + simulation.queue(ofMovement: $1) }
        }
        let outside = network.entries.indices.map { simulation.backlog(ofEntry: $0) }
        let waiting = queues.reduce(0, +) + outside.reduce(0, +)
        let signals = network.intersections.indices.map {
            3 * simulation.phase(of: $0) + Int(simulation.stage(of: $0).rawValue)
        }
        return #"{"t":\#(counters.seconds),"d":\#(figure(counters.delay)),"w":\#(waiting),"#
            + #""i":\#(simulation.vehiclesInside),"o":\#(outside.reduce(0, +)),"l":\#(counters.left),"#
            + #""q":\#(list(queues)),"v":\#(list(network.roads.indices.map { simulation.occupancy(ofRoad: $0) })),"#
            + #""s":\#(list(signals)),"b":\#(list(outside))}"#
    }

    /// The place and how the film is cut.
    var stage: TrafficStage { TrafficStage(evaluation, cut, Self.actors) }
}

/// The junctions and roads of a film, and how it is cut.
struct TrafficStage: Encodable {
    struct Junction: Encodable {
        let name: String
        let x: Double
        let y: Double
        let phases: [Phase]
    }

    struct Phase: Encodable {
        let name: String
        /// Numbers of movements.
        let movements: [Int]
    }

    struct Road: Encodable {
        let name: String
        /// The junction it comes from; absent for one from outside.
        let from: Int?
        let to: Int
        /// For one from outside the direction from its junction in which it lies.
        let dx: Double?
        let dy: Double?
        /// The most vehicles it holds.
        let storage: Int
        /// Its place among the entries; absent for one that nobody enters by.
        let entry: Int?
        /// The number of its first movement.
        let first: Int
        /// Its movements' names.
        let movements: [String]
    }

    let kind = "roads"
    /// Who acts beside the policy, to begin with.
    let beside = "fixed"
    let subject: String
    let unit = "s"
    let actors: [String]
    let seeds: [UInt64]
    let cut: FilmCut
    let length: Int
    let junctions: [Junction]
    let roads: [Road]

    init(_ evaluation: TrafficEvaluation, _ cut: FilmCut, _ actors: [String]) {
        let (scenario, network) = (evaluation.scenario, evaluation.network)
        let map = RoadMap(scenario, network)
        subject =
            "\(scenario.networkDescription), \(evaluation.seconds) s from an empty network"
            + (evaluation.seconds < scenario.episodeSeconds ? " (the beginning of an episode)" : "")
        (self.actors, self.cut, length) = (actors, cut, evaluation.seconds)
        seeds = evaluation.seeds
        junctions = zip(network.intersections, map.positions).map { junction, place in
            Junction(
                name: junction.name,
                x: place.x,
                y: place.y,
                phases: junction.phases.map { Phase(name: $0.name, movements: $0.movements) }
            )
        }
        roads = network.roads.enumerated().map { index, road in
            Road(
                name: road.name,
                from: map.origins[index],
                to: road.destination,
                dx: map.entryDirections[index]?.x,
                dy: map.entryDirections[index]?.y,
                storage: road.storage,
                entry: network.entries.firstIndex(of: index),
                first: road.movements.lowerBound,
                movements: road.movements.map { network.movements[$0].name }
            )
        }
    }
}

extension Scenery {
    /// The traffic of a scenario: its policy and the classical controllers on the vehicles of its evaluation.
    ///
    /// - Parameters:
    ///   - scenario: What was learned on.
    ///   - table: What was learned.
    /// - Returns: The film's place and actors.
    /// - Throws: `ScenarioError` when the scenario makes no sense.
    public static func traffic(_ scenario: TrafficScenario, table: ActionValueTable) throws(ScenarioError) -> Scenery {
        let seeds: ClosedRange<UInt64> = 1...10
        let film = try TrafficFilm(scenario, table, seeds: seeds)
        return Scenery(stage: json(film.stage), actors: TrafficFilm.actors, seeds: seeds) { actor, seed, reel in
            try film.play(actor, seed: seed, on: reel)
        }
    }

    static func json(_ stage: some Encodable) -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let data = try? encoder.encode(stage) else { preconditionFailure("a stage has a JSON form") }
        return Array(data)
    }
}
