/// What of a chart lies where: the values along both axes, and axes that are long enough for them.
struct Extent {
    private(set) var x: [Double] = []
    private(set) var y: [Double] = []
    private(set) var xAxis: Chart.Axis
    private(set) var yAxis: Chart.Axis

    /// Collects the data of a chart.
    init(_ chart: Chart) {
        (xAxis, yAxis) = (chart.x, chart.y)
        for point in chart.curves.flatMap(\.points) {
            x.append(point.x)
            y += [point.y, point.lower ?? point.y, point.upper ?? point.y]
        }
        for cell in chart.cells {
            x += [cell.x.lowerBound, cell.x.upperBound]
            y += [cell.y.lowerBound, cell.y.upperBound]
        }
        for block in chart.blocks {
            x += [block.x.lowerBound, block.x.upperBound]
            y += [block.y.lowerBound, block.y.upperBound]
        }
        for segment in chart.segments {
            x += [segment.from.x, segment.to.x]
            y += [segment.from.y, segment.to.y]
        }
        for label in chart.labels {
            x.append(label.position.x)
            y.append(label.position.y)
        }
        for bar in chart.bars {
            x += [bar.value, bar.lower ?? bar.value, bar.upper ?? bar.value]
            if !chart.x.isLogarithmic, chart.x.lower == nil { x.append(0) }
        }
        addMarkers(chart)
        let ends = chart.bars.map { max($0.value, $0.upper ?? $0.value) }
        guard let longest = ends.filter(\.isFinite).max() else { return }
        // Beyond the longest bar there is room for its figure.
        if chart.x.upper == nil, longest > 0, !chart.x.isLogarithmic { xAxis.upper = 1.14 * longest }
    }

    /// An axis without an end of its own is long enough for the lines across it: a bound may lie beyond all data.
    private mutating func addMarkers(_ chart: Chart) {
        for marker in chart.markers where marker.value.isFinite {
            switch marker.direction {
            case .vertical: x.append(marker.value)
            case .horizontal: y.append(marker.value)
            }
        }
    }
}
