public import ArgumentParser
internal import CommandBasics
internal import Evaluation
internal import Foundation
public import Scenarios

/// What can be said of a packet network before anything is learned.
struct RoutingCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "routing",
        abstract: "Look at a packet network: what load it can carry, and how fast a table learns to carry it.",
        subcommands: [Capacity.self, Partition.self, RoutingTrialCommand.self]
    )

    /// Prints the bounds on the load.
    struct Capacity: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Print the load that the best routing sustains, and the one at which shortest paths saturate.",
            discussion: """
                No routing sustains more than the first. Where the network is small and glpsol is there (apt-get install glpk-utils) it \
                is the optimum of a multi-commodity flow, a linear program; else two bounds, between which it is proven to be. \
                The search for them ends at --gap or after --seconds.

                Examples:
                  shardq routing capacity grid6x6 --rules bl94
                  shardq routing capacity geant.json --traffic-matrix given --model link
                  shardq routing capacity gabriel:500:0 --model node --gap 0.02 --seconds 120
                  shardq routing capacity gabriel:2000:0 --best none
                """
        )

        @Argument(
            help: "The network: a name, a specification or a file, as for --topology of train.",
            completion: .file()
        )
        var topology: String = RoutingNetwork.grid6x6.name

        @OptionGroup var traffic: TrafficMatrixOptions

        @Option(help: "What forwards one packet a tick: node or link (default: both).")
        var model: RoutingScenario.Model?

        @Option(help: "tick (every hop uses a server) or bl94 (a packet's first hop is free).")
        var rules: RoutingScenario.Rules = .tick

        @OptionGroup var bound: BestRoutingOptions

        @Flag(help: "Print one JSON object on standard output.")
        var json = false

        func run() async throws {
            guard model != .link || rules == .tick else {
                throw CommandFailure(
                    .usage,
                    "--rules bl94 with --model link: in the link model every hop uses a server (tick)"
                )
            }
            let (network, matrix) = try traffic.networkAndMatrix(of: topology)
            // In the link model every hop uses a server.
            let models = model.map { [$0] } ?? (rules == .bl94 ? [.node] : RoutingScenario.Model.allCases)
            var rows: [CapacityRow] = []
            for model in models {
                let load = SustainableLoad(network.topology, matrix, model: model, rules: rules)
                rows.append(
                    CapacityRow(
                        model: model.rawValue,
                        shortestPaths: load.ofShortestPaths,
                        bounds: try bound.search.bounds(of: load),
                        meanHops: load.meanHops
                    )
                )
            }
            let result = CapacityResult(network, matrix, rules, rows)
            try Console.result(json ? encodeJSON(result) : result.text)
        }
    }
}

extension RoutingScenario.Model: ExpressibleByArgument {}
extension RoutingScenario.Rules: ExpressibleByArgument {}

/// The bounds of one server model, in packets per tick.
private struct CapacityRow: Encodable {
    let model: String
    let shortestPaths: Double
    /// What no routing exceeds; where it is not exact, some routing sustains `bestRoutingAtLeast`.
    let bestRouting: Double
    let bestRoutingAtLeast: Double
    let meanHops: Double

    init(model: String, shortestPaths: Double, bounds: LoadBounds, meanHops: Double) {
        self.model = model
        self.shortestPaths = shortestPaths
        bestRouting = bounds.atMost
        bestRoutingAtLeast = bounds.atLeast
        self.meanHops = meanHops
    }

    /// One figure, or two with the optimum between them.
    var best: String {
        let bounds = [bestRoutingAtLeast, bestRouting].map { decimal($0, places: 4) }
        return bestRoutingAtLeast == bestRouting ? bounds[1] : bounds.joined(separator: " – ")
    }
}

/// What `shardq routing capacity` prints.
private struct CapacityResult: Encodable {
    let topology: String
    let trafficMatrix: String
    let rules: String
    let routers: Int
    let links: Int
    let diameter: Int
    let bounds: [CapacityRow]

    init(_ network: RoutingNetwork, _ matrix: TrafficMatrix, _ rules: RoutingScenario.Rules, _ rows: [CapacityRow]) {
        topology = network.name
        trafficMatrix = matrix.name
        self.rules = rules.rawValue
        routers = network.topology.routerCount
        links = network.topology.linkCount
        diameter = network.topology.diameter
        bounds = rows
    }

    var text: String {
        let table = TextTable(
            header: ["model", "shortest paths", "best routing", "mean hops"],
            rows: bounds.map {
                [
                    $0.model, decimal($0.shortestPaths, places: 4), $0.best, decimal($0.meanHops, places: 4),
                ]
            }
        )
        return "\(topology), \(routers) routers, \(links) links, diameter \(diameter), \(trafficMatrix) traffic, "
            + "\(rules) rules: packets per tick at which queues begin to grow without end\n\n"
            + String(table.plainText(width: Console.resultColumns).dropLast())
    }
}
