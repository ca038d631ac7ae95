internal import ArgumentParser
internal import Checkpoints
internal import Foundation
internal import Scenarios

/// The settings of the scenarios; what belongs to another scenario than the chosen one is refused.
struct ScenarioOptions: ParsableArguments {
    @Option(help: "traffic: rows of the grid of intersections.")
    var rows: Int?

    @Option(help: "traffic: columns of the grid of intersections.")
    var columns: Int?

    @Option(help: "traffic: vehicles per hour that want to enter at each entry.")
    var demand: Double?

    @Flag(name: .customLong("shared-table"), help: "traffic: all intersections learn one table.")
    var sharesTable = false

    @Option(help: "routing: packets per tick that enter the network.")
    var load: Double?

    @Option(help: "routing: tick (every hop uses the server) or bl94 (a packet's first hop is free).")
    var rules: String?

    @Option(name: .customLong("queue-capacity"), help: "routing: packets a router's queue holds (default: no limit).")
    var queueCapacity: Int?

    @Option(name: .customLong("maze"), help: "maze: a text file of '#' walls, '.' floor, one S and at least one G.")
    var mazeFile: String?

    @Option(help: "maze: probability that a move goes sideways.")
    var slip: Double?

    @Option(help: "synthetic: number of states.")
    var states: Int?

    @Option(help: "synthetic: number of actions, 1 to 64.")
    var actions: Int?

    /// Builds the chosen scenario, to be learned with the discount that was given.
    ///
    /// - Throws: `CommandFailure` that names the value and what would be right.
    func configuration(of name: ScenarioName, discount: Float?) throws -> ScenarioConfiguration {
        try refuseForeignOptions(of: name)
        let configuration: ScenarioConfiguration =
            switch name {
            case .traffic: .traffic(traffic(discount: discount))
            case .routing: .routing(try routing())
            case .maze: .maze(try maze())
            case .synthetic: .synthetic(try synthetic())
            }
        do {
            try configuration.scenario.check()
        } catch {
            throw CommandFailure(.usage, error.description)
        }
        return configuration
    }

    private func refuseForeignOptions(of name: ScenarioName) throws {
        guard let foreign = given.first(where: { $0.owner != name }) else { return }
        throw CommandFailure(.usage, "\(foreign.option) belongs to \(foreign.owner.rawValue), not to \(name.rawValue)")
    }

    /// The options that were given, each with the scenario it belongs to.
    var given: [(option: String, owner: ScenarioName)] {
        let all: [(option: String, owner: ScenarioName, isGiven: Bool)] = [
            ("--rows", .traffic, rows != nil), ("--columns", .traffic, columns != nil),
            ("--demand", .traffic, demand != nil), ("--shared-table", .traffic, sharesTable),
            ("--load", .routing, load != nil), ("--rules", .routing, rules != nil),
            ("--queue-capacity", .routing, queueCapacity != nil),
            ("--maze", .maze, mazeFile != nil), ("--slip", .maze, slip != nil),
            ("--states", .synthetic, states != nil), ("--actions", .synthetic, actions != nil),
        ]
        return all.filter(\.isGiven).map { ($0.option, $0.owner) }
    }

    private func traffic(discount: Float?) -> TrafficScenario {
        var scenario = TrafficScenario()
        // The environment discounts the rewards within a hold, so it has to know.
        if let discount { scenario.discount = discount }
        if let rows { scenario.rows = rows }
        if let columns { scenario.columns = columns }
        if let demand { scenario.demand = .steady(demand) }
        scenario.sharesTable = sharesTable
        return scenario
    }

    private func routing() throws -> RoutingScenario {
        var scenario = RoutingScenario()
        if let load { scenario.load = load }
        if let rules {
            guard let known = RoutingScenario.Rules(rawValue: rules) else {
                throw CommandFailure(.usage, "--rules \(rules): tick or bl94")
            }
            scenario.rules = known
        }
        scenario.queueCapacity = queueCapacity
        return scenario
    }

    private func maze() throws -> MazeScenario {
        let slip = slip ?? 0.1
        guard (0...1).contains(slip) else { throw CommandFailure(.usage, "--slip \(slip): a probability is 0 to 1") }
        guard let mazeFile else { return MazeScenario(slip: slip) }
        let data = try AtomicFile.read(URL(fileURLWithPath: mazeFile))
        guard let text = String(validating: data, as: UTF8.self) else {
            throw CommandFailure(.badInput, "\(mazeFile) is not UTF-8 text")
        }
        do {
            return MazeScenario(layout: try MazeLayout(parsing: text), slip: slip)
        } catch {
            throw CommandFailure(.badInput, "\(mazeFile): \(error.description)")
        }
    }

    private func synthetic() throws -> SyntheticScenario {
        let (states, actions) = (states ?? 1_000_003, actions ?? 4)
        guard SyntheticScenario.stateCounts.contains(states) else {
            throw CommandFailure(.usage, "--states \(states): 1 to \(SyntheticScenario.stateCounts.upperBound)")
        }
        guard (1...64).contains(actions) else { throw CommandFailure(.usage, "--actions \(actions): 1 to 64") }
        return SyntheticScenario(stateCount: states, actionCount: actions)
    }
}
