internal import Foundation

/// A network from above: nodes with names, links coloured by a value.
///
/// Two links between the same nodes are drawn side by side, each on the right in its direction.
public struct NetworkMap: Sendable {
    /// A directed link.
    public struct Link: Sendable, Hashable {
        /// The node it begins at; `nil` for one that comes from outside.
        public var from: Int?
        /// The node it ends at.
        public var to: Int
        /// What its colour shows.
        public var value: Double
        /// For a link from outside: the direction from its node in which it lies, of length 1.
        public var entersFrom: SIMD2<Double>?

        /// Creates a link.
        public init(from: Int?, to: Int, value: Double, entersFrom: SIMD2<Double>? = nil) {
            self.from = from
            self.to = to
            self.value = value
            self.entersFrom = entersFrom
        }
    }

    /// The map as a chart.
    public let chart: Chart

    /// Draws a map.
    ///
    /// - Parameters:
    ///   - name: The stem of the files.
    ///   - title: The heading.
    ///   - caption: What is to be seen.
    ///   - scale: What the colours mean.
    ///   - nodes: The nodes' names.
    ///   - positions: Where they are; on a circle unless known.
    ///   - links: The links.
    ///   - nodeValues: What the nodes' colours show; empty for nodes without.
    public init(
        name: String,
        title: String,
        caption: String,
        scale: Chart.ColourScale,
        nodes: [String],
        positions: [SIMD2<Double>]?,
        links: [Link],
        nodeValues: [Double] = []
    ) {
        let positions = positions ?? Self.circle(nodes.count)
        let (low, high) = (positions.reduce(positions[0], pointwiseMin), positions.reduce(positions[0], pointwiseMax))
        let stub = Self.stub(links, positions)
        let margin = 1.25 * stub
        var chart = Chart(
            name,
            title: title,
            caption: caption,
            x: .init("", from: low.x - margin, to: high.x + margin, isHidden: true),
            y: .init("", from: low.y - margin, to: high.y + margin, isHidden: true)
        )
        chart.colours = scale
        chart.segments = links.compactMap { Self.segment($0, positions, stub: stub) }
        chart.segments += zip(nodeValues, positions).map { value, position in
            let half = SIMD2(0.06 * stub, 0)
            return Chart.Segment(from: position - half, to: position + half, ink: .value(value), width: 12)
        }
        chart.labels = zip(nodes, positions).map { .init($0, at: $1, hasDot: true) }
        let extent = high - low + SIMD2(repeating: 2 * margin)
        chart.hasEqualScales = true
        chart.aspect = min(2.4, max(0.9, 1.2 * extent.x / extent.y))
        self.chart = chart
    }

    /// The length of links from outside: a little less than the shortest link inside.
    private static func stub(_ links: [Link], _ positions: [SIMD2<Double>]) -> Double {
        let lengths = links.compactMap { link -> Double? in
            guard let from = link.from else { return nil }
            let way = positions[link.to] - positions[from]
            return (way * way).sum().squareRoot()
        }
        return 0.7 * (lengths.filter { $0 > 0 }.min() ?? 1)
    }

    private static func segment(
        _ link: Link,
        _ positions: [SIMD2<Double>],
        stub: Double
    ) -> Chart.Segment? {
        let end = positions[link.to]
        let start: SIMD2<Double>
        if let from = link.from {
            start = positions[from]
        } else if let direction = link.entersFrom {
            start = end + direction * stub
        } else {
            return nil
        }
        let way = end - start
        let length = (way * way).sum().squareRoot()
        guard length > 0 else { return nil }
        let right = SIMD2(way.y, -way.x) / length * (0.035 * min(length, 2 * stub))
        return Chart.Segment(
            from: start + right + 0.08 * way,
            to: end + right - 0.08 * way,
            ink: .value(link.value),
            width: 4
        )
    }

    /// Nodes on a circle, clockwise, the first at the top.
    private static func circle(_ count: Int) -> [SIMD2<Double>] {
        (0..<count).map { index in
            let angle = 2 * Double.pi * Double(index) / Double(count)
            return SIMD2(sin(angle), cos(angle))
        }
    }
}
