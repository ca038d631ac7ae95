public import Evaluation
internal import RunFilms
internal import Scenarios

/// The charts of a traffic evaluation.
public struct TrafficCharts: Sendable {
    private let evaluation: TrafficEvaluation
    private var network: RoadNetwork { evaluation.network }

    /// Names the evaluation that the charts belong to.
    public init(_ evaluation: TrafficEvaluation) { self.evaluation = evaluation }

    /// Vehicles that wait against time, a curve per controller.
    public func queue(_ results: TrafficEvaluation.Results) -> Chart {
        let interval = Double(TrafficEvaluation.courseInterval)
        let isCrowded = results.queueCourses.count > 4
        var chart = Chart(
            "queue-over-time",
            title: "waiting vehicles over time",
            caption: "\(results.comparison.title). Vehicles in queues and in front of full entries, averaged over each "
                + "minute\(isCrowded ? "; band of \(results.queueCourses[0].name)" : "; bands"): 95 % interval over the seeds.",
            x: .init("time", unit: "min", from: 0),
            y: .init("waiting vehicles", unit: "vehicles", from: 0)
        )
        chart.curves = results.queueCourses.map { course in
            ComparisonCharts.curve(course.name, courses: course.courses) { (Double($0) + 0.5) * interval / 60 }
        }
        if isCrowded { for index in chart.curves.indices.dropFirst() { chart.curves[index].removeBand() } }
        return chart
    }

    /// How long single vehicles were delayed: by delay the share of vehicles that lost no more, a curve per controller.
    ///
    /// - Returns: `nil` where vehicles were not followed.
    public func delays(_ results: TrafficEvaluation.Results) -> Chart? {
        let pooled = results.delays.map { (name: $0.name, delays: Self.pooled($0.runs)) }
        guard let first = pooled.first else { return nil }
        // Who lets vehicles stand for an hour must not press the others into a corner.
        let longest = pooled.map { $0.delays.quantile(0.99) }
        let end = max(10, min(longest.max() ?? 0, 2 * max(first.delays.quantile(0.99), longest.min() ?? 0)))
        var chart = Chart(
            "delay-distribution",
            title: "delays of single vehicles",
            caption:
                "\(results.comparison.title). Share of the vehicles of all seeds that lost no more time than that; of those still "
                + "under way at the end the delay so far. A curve that begins high and rises early is good; where it ends below "
                + "100 %, the rest lost more.",
            x: .init("delay", unit: "s", from: 0, to: Double(end)),
            y: .init("vehicles", unit: "%", from: 0, to: 100)
        )
        let count = min(end, 60)
        chart.curves = pooled.map { name, delays in
            Chart.Curve(
                name,
                points: (0...count).map { index in
                    let delay = end * index / count
                    return .init(x: Double(delay), y: 100 * delays.share(upTo: delay))
                }
            )
        }
        return chart
    }

    /// What single vehicles lost, in seconds: a row per controller; `nil` where vehicles were not followed.
    public static func delayTable(_ results: TrafficEvaluation.Results) -> TextTable? {
        guard !results.delays.isEmpty else { return nil }
        return TextTable(
            header: ["controller", "vehicles", "median", "90 %", "99 %", "longest", "still under way"],
            rows: results.delays.map { name, runs in
                let delays = pooled(runs)
                let shares = [0.5, 0.9, 0.99].map { "\(delays.quantile($0))" }
                return [name, "\(delays.vehicleCount)"] + shares + ["\(delays.longest)", "\(delays.underWay)"]
            }
        )
    }

    /// Vehicles that wait at each junction, in its queues and in front of its full entries: a row per junction, a column per
    /// controller, the worst of the first one first; `nil` where vehicles were not followed.
    public func junctionTable(_ results: TrafficEvaluation.Results) -> TextTable? {
        guard !results.delays.isEmpty else { return nil }
        let seconds = Double(evaluation.seconds * evaluation.seeds.count)
        let sums = results.delays.map { Self.pooled($0.runs).waiting }
        let order = network.intersections.indices.sorted { (-sums[0][$0], $0) < (-sums[0][$1], $1) }
        return TextTable(
            header: ["junction"] + results.delays.map(\.name),
            rows: order.prefix(Self.mostJunctions).map { junction in
                [network.intersections[junction].name] + sums.map { decimal(Double($0[junction]) / seconds) }
            }
        )
    }

    /// More junctions than these are not listed.
    public static let mostJunctions = 40

    private static func pooled(_ runs: [VehicleDelays]) -> VehicleDelays {
        var all = runs[0]
        for run in runs.dropFirst() { all.add(run) }
        return all
    }

    /// Road position against time: how full each road is, and when its stop line shows green.
    ///
    /// - Parameters:
    ///   - trace: A recorded run.
    ///   - controller: Whose run it is.
    ///   - seed: Its seed.
    /// - Returns: `nil` when no way leads through the network.
    public func timeSpace(_ trace: TrafficTrace, controller: String, seed: UInt64) -> Chart? {
        guard let arterial = Arterial.longest(in: network), trace.seconds >= 60 else { return nil }
        let window = Self.window(of: trace)
        let lengths = arterial.sections.map {
            Double(network.roads[$0.road].travelTime) * evaluation.scenario.geometry.speed
        }
        let ends = lengths.indices.map { lengths[...$0].reduce(0, +) }
        let names = arterial.sections.map { network.intersections[$0.intersection].name }
        var chart = Chart(
            "time-space-\(ComparisonCharts.slug(controller))",
            title: "time-space diagram, \(controller), seed \(seed)",
            caption:
                "Along \(names.joined(separator: ", ")) in the direction of travel. Shade: vehicles on a road as a "
                + "share of what it holds, averaged over 5 s. Bars at each stop line: thick and blue while the through movement has green, thin and orange while it has red.",
            x: .init("time", unit: "s", from: Double(window.lowerBound), to: Double(window.upperBound)),
            y: .init("position", unit: "m", from: 0, to: (ends.last ?? 0) + 30)
        )
        for (index, section) in arterial.sections.enumerated() {
            let y = (ends[index] - lengths[index] + 8)...(ends[index] - 8)
            chart.cells += cells(of: section.road, y: y, trace, window)
            chart.segments += lights(of: section, in: arterial, at: ends[index], trace, window)
            chart.labels.append(.init(names[index], at: SIMD2(Double(window.lowerBound) + 4, ends[index] - 35)))
        }
        let fullest = chart.cells.map(\.value).max() ?? 0
        chart.colours = .init("road occupancy", unit: "%", from: 0, to: max(20, (fullest / 20).rounded(.up) * 20))
        return chart
    }

    /// The last ten minutes, or all of a shorter run.
    private static func window(of trace: TrafficTrace) -> Range<Int> { max(0, trace.seconds - 600)..<trace.seconds }

    private func cells(
        of road: Int,
        y: ClosedRange<Double>,
        _ trace: TrafficTrace,
        _ window: Range<Int>
    ) -> [Chart.Cell] {
        let storage = Double(network.roads[road].storage)
        return stride(from: window.lowerBound, to: window.upperBound, by: 5).map { start in
            let seconds = start..<min(start + 5, window.upperBound)
            return Chart.Cell(
                x: Double(seconds.lowerBound)...Double(seconds.upperBound),
                y: y,
                value: 100 * trace.meanOccupancy(ofRoad: road, seconds: seconds) / storage
            )
        }
    }

    private func lights(
        of section: Arterial.Section,
        in arterial: Arterial,
        at position: Double,
        _ trace: TrafficTrace,
        _ window: Range<Int>
    ) -> [Chart.Segment] {
        var segments: [Chart.Segment] = []
        var start = window.lowerBound
        func isGreen(_ second: Int) -> Bool {
            let phase = trace.greenPhase(of: section.intersection, second: second)
            return arterial.isGreen(section, inPhase: phase, of: network)
        }
        for second in (window.lowerBound + 1)...window.upperBound
        where second == window.upperBound || isGreen(second) != isGreen(start) {
            segments.append(
                Chart.Segment(
                    from: SIMD2(Double(start), position),
                    to: SIMD2(Double(second), position),
                    ink: isGreen(start) ? .green : .red,
                    width: 5
                )
            )
            start = second
        }
        return segments
    }

    /// The network from above, its roads coloured by how full they were.
    ///
    /// - Parameters:
    ///   - runs: Recorded runs of the same seed, with the controllers' names.
    ///   - seed: The seed.
    /// - Returns: A map per controller, all of one scale.
    public func maps(_ runs: [(controller: String, trace: TrafficTrace)], seed: UInt64) -> [Chart] {
        let map = RoadMap(evaluation.scenario, network)
        // A film's map has y to the south.
        func north(_ place: SIMD2<Double>) -> SIMD2<Double> { SIMD2(place.x, -place.y) }
        let roads = runs.map { _, trace in
            network.roads.indices.map { road in
                NetworkMap.Link(
                    from: map.origins[road],
                    to: network.roads[road].destination,
                    value: 100 * trace.meanOccupancy(ofRoad: road, seconds: 0..<trace.seconds)
                        / Double(network.roads[road].storage),
                    entersFrom: map.entryDirections[road].map(north)
                )
            }
        }
        let largest = roads.joined().map(\.value).max() ?? 0
        let scale = Chart.ColourScale(
            "mean road occupancy",
            unit: "%",
            from: 0,
            to: max(10, (largest / 10).rounded(.up) * 10)
        )
        return zip(runs, roads).map { run, roads in
            NetworkMap(
                name: "network-\(ComparisonCharts.slug(run.controller))",
                title: "how full the roads are, \(run.controller), seed \(seed)",
                caption:
                    "Vehicles on each road as a share of what it holds, averaged over the run. Traffic keeps right: of two "
                    + "lines between neighbours each is on the right in its direction of travel."
                    + (runs.count > 1 ? " All maps have one scale." : ""),
                scale: scale,
                nodes: network.intersections.map(\.name),
                positions: map.positions.map(north),
                links: roads
            )
            .chart
        }
    }
}
