public import Evaluation
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
    public func map(_ trace: TrafficTrace, controller: String, seed: UInt64) -> Chart {
        let roads = network.roads.indices.map { road in
            NetworkMap.Link(
                from: origin(of: road),
                to: network.roads[road].destination,
                value: 100 * trace.meanOccupancy(ofRoad: road, seconds: 0..<trace.seconds)
                    / Double(network.roads[road].storage),
                entersFrom: isGrid ? Self.arms[road % 4] : nil
            )
        }
        let largest = roads.map(\.value).max() ?? 0
        return NetworkMap(
            name: "network-\(ComparisonCharts.slug(controller))",
            title: "how full the roads are, \(controller), seed \(seed)",
            caption:
                "Vehicles on each road as a share of what it holds, averaged over the run. Traffic keeps right: of two "
                + "lines between neighbours each is on the right in its direction of travel.",
            scale: .init("mean road occupancy", unit: "%", from: 0, to: max(10, (largest / 10).rounded(.up) * 10)),
            nodes: network.intersections.map(\.name),
            positions: positions,
            links: roads
        )
        .chart
    }

    private func origin(of road: Int) -> Int? {
        network.movements.first { $0.nextRoad == road }.map { network.roads[$0.road].destination }
    }

    private var isGrid: Bool { columns != nil }

    /// The columns of a network that is laid out as a grid; `nil` for others.
    private var columns: Int? {
        switch evaluation.scenario.layout {
        case .grid: evaluation.scenario.columns
        case .arterial: evaluation.scenario.junctions
        case .crossing, .custom: nil
        }
    }

    /// North, east, south, west: the order of a grid's roads round an intersection.
    private static let arms: [SIMD2<Double>] = [SIMD2(0, 1), SIMD2(1, 0), SIMD2(0, -1), SIMD2(-1, 0)]

    /// Rows and columns of a grid, else a circle.
    private var positions: [SIMD2<Double>]? {
        guard let columns else { return nil }
        return network.intersections.indices.map { SIMD2(Double($0 % columns), -Double($0 / columns)) }
    }
}
