public import Evaluation
internal import RunFilms
public import Scenarios

/// The pictures of a routing evaluation.
public enum RoutingCharts {
    /// The loads that a network can carry, as lines across a chart; `nil` where nobody computed them.
    public struct Bounds: Sendable {
        /// Where shortest paths saturate.
        public var shortestPaths: Double
        /// What the best routing sustains.
        public var bestRouting: Double?

        /// Creates bounds.
        public init(shortestPaths: Double, bestRouting: Double?) {
            self.shortestPaths = shortestPaths
            self.bestRouting = bestRouting
        }
    }

    /// The classic curve: a figure by load, one curve per contender, the bounds as vertical lines.
    ///
    /// - Parameters:
    ///   - sweep: The loads.
    ///   - comparisons: One per load.
    ///   - metric: `delivery time` or `p99`.
    ///   - bounds: The lines.
    /// - Returns: The chart; values far beyond the lowest ones are cut off.
    public static func curve(
        _ sweep: LoadSweep,
        _ comparisons: [Comparison],
        metric: String,
        bounds: Bounds
    ) -> Chart {
        let names = comparisons.first?.contenders.map(\.name) ?? []
        // What grows without end says nothing of the scale: its curve leaves the picture.
        let best = comparisons.compactMap { comparison in
            comparison.contenders.compactMap { $0.metric(metric) }.filter { $0.grows != true }.map(\.interval.mean)
                .min()
        }
        let top = 1.3 * (best.max() ?? 1)
        var chart = Chart(
            "\(metric.replacing(" ", with: "-"))-by-load",
            title: "\(metric) by load",
            caption:
                "\(comparisons.first?.title ?? ""). Mean of each load with its 95 % interval over the seeds. Beyond the "
                + "vertical lines queues grow without end: of shortest paths, of any routing (multi-commodity flow).",
            x: .init("load", unit: "packets/tick", from: 0),
            y: .init(metric, unit: "ticks", from: 0, to: max(top, 20))
        )
        chart.curves = names.enumerated().map { index, name in
            let points = zip(sweep.loads, comparisons).compactMap { load, comparison -> Chart.Curve.Point? in
                guard let interval = comparison.contenders[index].metric(metric)?.interval else { return nil }
                return .init(
                    x: load,
                    y: interval.mean,
                    lower: interval.halfWidth.map { interval.mean - $0 },
                    upper: interval.halfWidth.map { interval.mean + $0 }
                )
            }
            return Chart.Curve(name, points: points, style: .linesAndPoints)
        }
        chart.markers = [.init("shortest paths saturate", .vertical, at: bounds.shortestPaths)]
        if let best = bounds.bestRouting { chart.markers.append(.init("no routing beyond", .vertical, at: best)) }
        return chart
    }

    /// Delivery time against ticks, with the events as vertical lines.
    ///
    /// - Parameters:
    ///   - results: The runs.
    ///   - scenario: What happened when.
    /// - Returns: The chart.
    public static func course(_ results: RoutingEvaluation.Results, _ scenario: RoutingScenario) -> Chart {
        let ticks = Double(RoutingRun.interval)
        var chart = Chart(
            "delivery-time-by-tick",
            title: "delivery time by tick",
            caption:
                "\(results.comparison.title). Packets delivered within \(RoutingRun.interval) ticks; mean over the seeds with "
                + "its 95 % interval.",
            x: .init("time", unit: "ticks", from: 0),
            y: .init("delivery time", unit: "ticks", isLogarithmic: true)
        )
        chart.curves = zip(results.comparison.contenders, results.runs).map { contender, runs in
            ComparisonCharts.curve(contender.name, courses: runs.map(\.course.means)) { (Double($0) + 0.5) * ticks }
        }
        chart.markers = scenario.events.map { event in
            .init(event.words(in: scenario.topology), .vertical, at: Double(event.tick))
        }
        return chart
    }

    /// How long single packets took: by time the share of delivered packets that took no longer, a curve per contender.
    ///
    /// - Parameter results: The runs.
    /// - Returns: `nil` where nothing was delivered.
    public static func deliveryTimes(_ results: RoutingEvaluation.Results) -> Chart? {
        let shares = (1...49).map { Double($0) / 50 } + [0.985, 0.99, 0.995, 0.999]
        let curves = zip(results.comparison.contenders, results.runs).map { contender, runs in
            let runs = runs.filter { $0.statistics.delivered > 0 }
            return Chart.Curve(
                contender.name,
                points: runs.isEmpty
                    ? []
                    : shares.map { share in
                        let times = runs.map { Double($0.statistics.quantile(share)) }
                        return .init(x: times.reduce(0, +) / Double(times.count), y: 100 * share)
                    }
            )
        }
        guard curves.contains(where: { !$0.points.isEmpty }) else { return nil }
        // What grows without end says nothing of the scale.
        let settled = zip(results.comparison.contenders, results.runs).filter { contender, _ in
            contender.metric("delivery time")?.grows != true
        }
        let ends = settled.map { _, runs in Double(runs.map { $0.statistics.quantile(0.99) }.max() ?? 0) }
        var chart = Chart(
            "delivery-time-distribution",
            title: "delivery times of single packets",
            caption:
                "\(results.comparison.title). Share of the delivered packets that took no longer than that; the time of each share is "
                + "the mean over the seeds.",
            x: .init("delivery time", unit: "ticks", from: 0, to: ends.max().map { max(20, 1.2 * $0) }),
            y: .init("packets", unit: "%", from: 0, to: 100)
        )
        chart.curves = curves
        return chart
    }

    /// The links that carry most, by contender: a row per link, a column per contender.
    ///
    /// - Parameters:
    ///   - results: The runs.
    ///   - scenario: The network.
    /// - Returns: The links that are among the five busiest of anybody, the busiest of the first contender first.
    public static func busiestLinks(_ results: RoutingEvaluation.Results, _ scenario: RoutingScenario) -> TextTable {
        let topology = scenario.topology
        let names = (0..<topology.routerCount).flatMap { router in
            topology.neighbors[router].map { "\(topology.names[router]) → \(topology.names[$0])" }
        }
        let loads = results.runs.map { runs in
            names.indices.map { link in runs.reduce(0) { $0 + $1.linkLoads[link] } / Double(runs.count) }
        }
        var shown: Set<Int> = []
        for loads in loads {
            shown.formUnion(loads.indices.sorted { (-loads[$0], $0) < (-loads[$1], $1) }.prefix(5))
        }
        let order = shown.sorted { (-loads[0][$0], $0) < (-loads[0][$1], $1) }
        return TextTable(
            header: ["link"] + results.comparison.contenders.map(\.name),
            rows: order.map { link in [names[link]] + loads.map { decimal($0[link], places: 3) } }
        )
    }

    /// Maps of all contenders, of one scale.
    ///
    /// - Parameters:
    ///   - results: The runs.
    ///   - scenario: The network.
    /// - Returns: A map for each contender.
    public static func maps(_ results: RoutingEvaluation.Results, _ scenario: RoutingScenario) -> [Chart] {
        var maps = results.runs.indices.map { map(results, contender: $0, scenario) }
        let largest = maps.compactMap { $0.colours?.upper }.max() ?? 1
        for index in maps.indices { maps[index].colours?.upper = largest }
        return maps
    }

    /// The network from above, its links coloured by what they carry, and in the node model its routers.
    private static func map(_ results: RoutingEvaluation.Results, contender index: Int, _ scenario: RoutingScenario)
        -> Chart
    {
        let topology = scenario.topology
        let runs = results.runs[index]
        let name = results.comparison.contenders[index].name
        var links: [NetworkMap.Link] = []
        for router in 0..<topology.routerCount {
            for neighbor in topology.neighbors[router] {
                let load = runs.reduce(0) { $0 + $1.linkLoads[links.count] } / Double(runs.count)
                links.append(.init(from: router, to: neighbor, value: load))
            }
        }
        let isNodeModel = scenario.model == .node
        var routers = Array(repeating: 0.0, count: isNodeModel ? topology.routerCount : 0)
        for router in routers.indices {
            routers[router] = runs.reduce(0) { $0 + $1.routerLoads(topology)[router] } / Double(runs.count)
        }
        let isCrowded = topology.routerCount > 60
        let pairs = links.compactMap { link in link.from.map { ($0, link.to) } }
        return NetworkMap(
            name: "links-\(name)",
            title: "\(isNodeModel ? "router and link" : "link") utilisation, \(name)",
            caption:
                "\(results.comparison.title). Packets per tick on each directed link, drawn on the right in its direction; "
                + "mean over the seeds. \(scenario.model == .node ? "Squares: packets per tick that the router sends; it forwards one a tick on all its links together." : "A link carries at most one packet a tick.")",
            scale: .init("utilisation", unit: "packets/tick", from: 0, to: (links.map(\.value) + routers).max() ?? 1),
            nodes: isCrowded ? topology.names.map { _ in "" } : topology.names,
            positions: topology.positions.isEmpty
                ? StressLayout(count: topology.routerCount, links: pairs).positions.map { SIMD2($0.x, -$0.y) }
                : topology.positions.map { SIMD2($0.x, $0.y) },
            links: links,
            nodeValues: routers
        ).chart
    }
}
