internal import Evaluation
internal import Foundation
internal import Scenarios
internal import TabularLearning

/// What a learned table says to each router: for each destination the next hop, and what else it knows.
struct RoutingTables {
    private let policy: Policy
    private let scenario: RoutingScenario
    private let topology: NetworkTopology

    /// Reads a policy that was learned on routing.
    ///
    /// - Throws: `CommandFailure` for another scenario's.
    init(_ policy: Policy) throws {
        guard let scenario = policy.scenario as? RoutingScenario else {
            throw CommandFailure(
                .usage,
                "routing tables are for routing; this policy was learned on \(policy.description.scenario.name)"
            )
        }
        self.policy = policy
        self.scenario = scenario
        topology = scenario.topology
    }

    /// A way on.
    struct Way: Encodable {
        /// The neighbour.
        var nextHop: String
        /// The expected ticks to delivery through it; without the queues that the rule looks at.
        var ticks: Double
        /// The updates it was learned from.
        var visits: UInt32
        /// The hops of a shortest path through it.
        var hops: Int
    }

    /// The ways from a router to a destination, the best first; untaught ones, which say nothing, are left out.
    private func ways(_ router: Int, _ destination: Int) -> [Way] {
        let cells = policy.cells(of: UInt64(router * topology.routerCount + destination))
        let all = zip(topology.neighbors[router], cells).map { neighbor, cell in
            Way(
                nextHop: topology.names[neighbor],
                ticks: -Double(cell.value),
                visits: cell.visitCount,
                hops: 1 + topology.distance(neighbor, destination)
            )
        }
        let known = all.filter { $0.visits > 0 || scenario.rule.start == .hops }
        return known.indices.sorted { (known[$0].ticks, $0) < (known[$1].ticks, $1) }.map { known[$0] }
    }

    private struct Route: Encodable {
        var router: String
        var destination: String
        var nextHop: String
        var ticks: Double
        var visits: UInt32
        var hops: Int
        var alternatives: [Way]
    }

    private var routes: [Route] {
        (0..<topology.routerCount).flatMap { router in
            (0..<topology.routerCount).filter { $0 != router }.compactMap { destination in
                var ways = ways(router, destination)
                guard !ways.isEmpty else { return nil }
                let best = ways.removeFirst()
                return Route(
                    router: topology.names[router],
                    destination: topology.names[destination],
                    nextHop: best.nextHop,
                    ticks: best.ticks,
                    visits: best.visits,
                    hops: best.hops,
                    alternatives: ways
                )
            }
        }
    }

    /// A table per router.
    var text: String {
        var parts: [String] = []
        let all = routes
        for name in topology.names {
            let rows = all.filter { $0.router == name }.map { route in
                let others = route.alternatives.map { "\($0.nextHop) \(decimal($0.ticks))" }
                return [route.destination, route.nextHop, decimal(route.ticks), others.joined(separator: ", ")]
            }
            guard !rows.isEmpty else { continue }
            let table = TextTable(header: ["destination", "next hop", "ticks", "alternatives"], rows: rows)
            parts.append("router \(name)\n" + table.plainText)
        }
        return parts.joined(separator: "\n").trimmingCharacters(in: .newlines)
    }

    /// One line per router, destination and way, the best way first.
    var csv: String {
        let rows = routes.flatMap { route in
            let best = Way(nextHop: route.nextHop, ticks: route.ticks, visits: route.visits, hops: route.hops)
            return ([best] + route.alternatives).enumerated().map { rank, way in
                [
                    route.router, route.destination, "\(rank + 1)", way.nextHop, "\(way.ticks)", "\(way.visits)",
                    "\(way.hops)",
                ]
            }
        }
        let header = ["router", "destination", "rank", "next hop", "ticks", "visits", "hops"]
        return String(TextTable(header: header, rows: rows).commaSeparatedValues.dropLast())
    }

    /// An array of routes with their alternatives.
    func json() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(routes), as: UTF8.self)
    }

    /// Explains one decision: the row, the hops, the queues that change it, who taught it.
    ///
    /// - Parameters:
    ///   - router: A router's name or number.
    ///   - destination: Another's.
    /// - Returns: Some lines.
    /// - Throws: `ScenarioError` for an unknown router.
    func explain(router: String, destination: String) throws -> String {
        let (source, target) = (try topology.router(named: router), try topology.router(named: destination))
        guard source != target else { throw CommandFailure(.usage, "router '\(router)' is the destination") }
        let ways = ways(source, target)
        let heading =
            "router \(topology.names[source]), destination \(topology.names[target]), \(topology.distance(source, target)) hops"
        guard let best = ways.first else { return heading + "\n  nothing has been learned here" }
        let table = TextTable(
            header: ["next hop", "expected [ticks]", "shortest path [hops]", "taught by [updates]"],
            rows: ways.map { [$0.nextHop, decimal($0.ticks), "\($0.hops)", "\($0.visits)"] }
        )
        return ([heading, String(table.plainText.dropLast()), choice(best, ways)]).joined(separator: "\n\n")
    }

    private func choice(_ best: Way, _ ways: [Way]) -> String {
        guard scenario.rule.seesQueues else {
            return "Taken: \(best.nextHop). Queues are part of the expected ticks; none is looked at."
        }
        let place = scenario.model == .node ? "at the next hop (0 if it is the destination)" : "for the link"
        let others = ways.dropFirst().map { way in
            "\(way.nextHop) when at least \(Int((way.ticks - best.ticks) / Double(scenario.rule.queueWeight)) + 1) more packets wait for \(best.nextHop)"
        }
        return "Taken: the lowest sum of expected ticks and the packets that wait \(place) now. With equal queues "
            + "\(best.nextHop)" + (others.isEmpty ? "." : "; " + others.joined(separator: "; ") + ".")
    }
}
