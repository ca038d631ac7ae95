internal import Evaluation
internal import Foundation
internal import ScenarioCatalogue
internal import Scenarios
internal import TabularLearning

/// Routing tables that can be installed: for each router and destination next hops with weights, and what was learned of each.
struct RouteExport {
    /// What can be carried, in packets per tick.
    struct Loads: Encodable {
        /// By the policy itself, which looks at queues packet by packet: measured, frozen.
        let policy: Double
        /// By the weighted next hops, in the flow model.
        let weightedNextHops: Double
        /// By the next hop with the best value alone, in the flow model.
        let bestNextHop: Double
        /// By shortest paths, evenly split at ties, in the flow model.
        let shortestPaths: Double
        /// The load at which the weights were counted.
        let countedAt: Double
        /// The pairs of routers that the best next hops alone never join.
        let bestNextHopLosesPairs: Int
        let pairs: Int

        /// All that in a sentence or two.
        var text: String {
            "carried, in packets per tick: policy \(decimal(policy)) (measured), weighted next hops "
                + "\(decimal(weightedNextHops)), best next hop alone \(decimal(bestNextHop)) "
                + "(\(bestNextHopLosesPairs) of \(pairs) pairs never arrive), shortest paths \(decimal(shortestPaths)); "
                + "weights counted at \(decimal(countedAt))"
        }
    }

    private struct Hop: Encodable {
        var way: RoutingTables.Way
        var weight: Double

        private enum Key: CodingKey { case weight }

        func encode(to encoder: any Encoder) throws {
            try way.encode(to: encoder)
            var container = encoder.container(keyedBy: Key.self)
            try container.encode(weight, forKey: .weight)
        }
    }

    private struct Route: Encodable {
        let router: String
        let destination: String
        /// Whether the weights were counted; else the neighbours that are closer in hops share alike.
        let isCounted: Bool
        /// By weight, then by value.
        let nextHops: [Hop]
    }

    let loads: Loads
    private let routes: [Route]
    private let names: [String]

    /// Simulates a policy and makes tables of what it did.
    ///
    /// - Throws: `CommandFailure` for another scenario's policy.
    init(_ policy: Policy) throws {
        let tables = try RoutingTables(policy)
        let (scenario, topology) = (tables.scenario, tables.topology)
        let measured = PolicyMeasurement(of: tables.values, on: scenario)
        let weights = WeightedNextHops(topology, uses: measured.uses)
        let single = SingleNextHops(of: scenario) { tables.ways($0, $1).first?.slot }
        let bounds = SustainableLoad(topology, scenario.trafficMatrix, model: scenario.model, rules: scenario.rules)
        loads = Loads(
            policy: measured.sustainableLoad,
            weightedNextHops: weights.sustainableLoad(of: scenario),
            bestNextHop: single.sustainableLoad,
            shortestPaths: bounds.ofShortestPaths,
            countedAt: measured.load,
            bestNextHopLosesPairs: single.lostPairs,
            pairs: single.pairs
        )
        names = topology.names
        routes = (0..<topology.routerCount).flatMap { router in
            (0..<topology.routerCount).filter { $0 != router }.map { destination in
                let hops = tables.allWays(router, destination)
                    .map { Hop(way: $0, weight: weights.weight(from: router, slot: $0.slot, to: destination)) }
                    .filter { $0.weight > 0 || $0.way.ticks != nil }
                return Route(
                    router: topology.names[router],
                    destination: topology.names[destination],
                    isCounted: weights.isCounted(router, to: destination),
                    nextHops: hops.sorted {
                        ($1.weight, $0.way.ticks ?? .infinity, $0.way.slot)
                            < ($0.weight, $1.way.ticks ?? .infinity, $1.way.slot)
                    }
                )
            }
        }
    }

    /// A table per router, after a line that says what they carry.
    var text: String {
        var parts = [loads.text + "\n~ nothing was counted, neighbours closer in hops share; * stale\n"]
        for (name, own) in zip(names, routesByRouter) {
            let rows = own.map { route in
                let hops = route.nextHops.filter { $0.weight > 0 }
                    .map { "\($0.way.nextHop) \(decimal(100 * $0.weight, places: 0)) %" }
                let ticks = route.nextHops.compactMap { hop in
                    hop.way.ticks.map { "\(hop.way.nextHop) \(decimal($0))\(hop.way.stale ? "*" : "")" }
                }
                let next = (route.isCounted ? "" : "~ ") + hops.joined(separator: ", ")
                return [route.destination, next, ticks.joined(separator: ", ")]
            }
            let table = TextTable(header: ["destination", "next hops", "expected ticks"], rows: rows)
            parts.append("router \(name)\n" + table.plainText)
        }
        return parts.joined(separator: "\n").trimmingCharacters(in: .newlines)
    }

    private var routesByRouter: [ArraySlice<Route>] {
        let width = names.count - 1
        return names.indices.map { routes[($0 * width)..<(($0 + 1) * width)] }
    }

    /// One line per router, destination and way, the heaviest way first.
    var csv: String {
        let rows = routes.flatMap { route in
            route.nextHops.enumerated().map { rank, hop in
                [
                    route.router, route.destination, "\(rank + 1)", hop.way.nextHop, "\(hop.weight)",
                    route.isCounted ? "counted" : "hops", hop.way.ticks.map { "\($0)" } ?? "", "\(hop.way.visits)",
                    "\(hop.way.hops)", hop.way.stale ? "stale" : "",
                ]
            }
        }
        let header = [
            "router", "destination", "rank", "next hop", "weight", "weight from", "ticks", "visits", "hops", "stale",
        ]
        return String(TextTable(header: header, rows: rows).commaSeparatedValues.dropLast())
    }

    /// What is carried, and an array of routes with their next hops.
    func json() throws -> String {
        struct Export: Encodable {
            let carries: Loads
            let routes: [Route]
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(Export(carries: loads, routes: routes)), as: UTF8.self)
    }
}
