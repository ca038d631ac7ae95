internal import CommandBasics
internal import Evaluation
internal import Foundation
internal import ScenarioCatalogue
internal import Scenarios
internal import TabularLearning

/// What a learned table says to each router: for each destination the ways on, and how long they take.
struct RoutingTables {
    private let policy: Policy
    let scenario: RoutingScenario
    let topology: NetworkTopology

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

    /// The learned values.
    var values: ActionValueTable { policy.table }

    /// A way on.
    struct Way: Encodable {
        /// The neighbour.
        var nextHop: String
        /// The expected ticks to delivery through it, without the queues that the rule looks at; `nil` where nothing taught it.
        var ticks: Double?
        /// The updates it was learned from.
        var visits: UInt32
        /// The hops of a shortest path through it.
        var hops: Int
        /// Whether the value is far from what the neighbour itself expects now: nobody has asked for long.
        var stale: Bool
        /// The neighbour's slot.
        var slot: Int

        private enum CodingKeys: CodingKey { case nextHop, ticks, visits, hops, stale }
    }

    /// The ways from a router to a destination, the best first; untaught ones, which say nothing, are left out.
    func ways(_ router: Int, _ destination: Int) -> [Way] {
        let known = allWays(router, destination).filter { $0.ticks != nil }
        return known.sorted { ($0.ticks ?? 0, $0.slot) < ($1.ticks ?? 0, $1.slot) }
    }

    /// The ways over all neighbours, in the order of slots.
    func allWays(_ router: Int, _ destination: Int) -> [Way] {
        zip(topology.neighbors[router], policy.cells(of: row(router, destination))).enumerated().map { slot, way in
            let (neighbor, cell) = way
            let hops = 1 + topology.distance(neighbor, destination)
            let ticks = isKnown(cell) ? -Double(cell.value) : nil
            return Way(
                nextHop: topology.names[neighbor],
                ticks: ticks,
                visits: cell.visitCount,
                hops: hops,
                stale: ticks.map { isStale($0, hops, through: neighbor, to: destination) } ?? false,
                slot: slot
            )
        }
    }

    private func row(_ router: Int, _ destination: Int) -> UInt64 {
        UInt64(router * topology.routerCount + destination)
    }

    private func isKnown(_ cell: ActionValueTable.Cell) -> Bool { cell.visitCount > 0 || scenario.rule.start == .hops }

    /// Whether a value is below what any packet can take, or far from one tick more than what the neighbour expects now.
    ///
    /// Where queues are part of values, a wait is no sign of age.
    private func isStale(_ ticks: Double, _ hops: Int, through neighbor: Int, to destination: Int) -> Bool {
        if ticks < Double(hops) - 0.5 { return true }
        guard neighbor != destination else { return ticks > (scenario.rule.seesQueues ? 4 : 14) }
        let taught = zip(topology.neighbors[neighbor], policy.cells(of: row(neighbor, destination))).map(\.1)
        guard let best = taught.filter(isKnown).map({ -Double($0.value) }).min() else { return false }
        let now = 1 + best
        return ticks < now / 2 || ticks > (scenario.rule.seesQueues ? 2 * now + 2 : 4 * now + 10)
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
            rows: ways.map {
                [$0.nextHop + ($0.stale ? " (stale)" : ""), decimal($0.ticks ?? 0), "\($0.hops)", "\($0.visits)"]
            }
        )
        return ([heading, String(table.plainText.dropLast()), choice(best, ways)]).joined(separator: "\n\n")
    }

    private func choice(_ best: Way, _ ways: [Way]) -> String {
        guard scenario.rule.seesQueues else {
            return "Taken: \(best.nextHop). Queues are part of the expected ticks; none is looked at."
        }
        let place = scenario.model == .node ? "at the next hop (0 if it is the destination)" : "for the link"
        let others = ways.dropFirst().map { way in
            let lead = ((way.ticks ?? 0) - (best.ticks ?? 0)) / Double(scenario.rule.queueWeight)
            return "\(way.nextHop) when at least \(Int(lead) + 1) more packets wait for \(best.nextHop)"
        }
        return "Taken: the lowest sum of expected ticks and the packets that wait \(place) now. With equal queues "
            + "\(best.nextHop)" + (others.isEmpty ? "." : "; " + others.joined(separator: "; ") + ".")
    }
}
