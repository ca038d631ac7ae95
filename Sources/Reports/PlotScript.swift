internal import Evaluation

/// A chart in gnuplot's language: data blocks, settings, one plot command; drawn as PNG.
///
/// Every text of the chart is in single quotes, in which gnuplot knows no escapes, and without enhanced text: no name
/// can be taken for a command.
struct PlotScript {
    private let chart: Chart
    private var data: [String] = []
    private var plots: [String] = []
    /// How each curve looks.
    private let styles: [CurveStyle]

    /// The size of the picture in pixels.
    static let width = 900.0

    /// Writes the script of a chart.
    init(_ chart: Chart) {
        self.chart = chart
        styles = chart.curves.count == 1 ? [.learned] : CurveStyle.styles(for: chart.curves.map(\.name))
        addCells()
        addBlocks()
        addBands()
        addBars()
        addSegments()
        addCurves()
        addDots()
    }

    /// The script that draws to a file.
    ///
    /// - Parameter png: The file of the pixel picture.
    /// - Returns: Lines for gnuplot's standard input.
    func text(png: String) -> String {
        // Twice as many pixels: 300 of them an inch where it is printed 150 mm wide.
        let size = "size \(2 * Int(Self.width)),\(2 * Int(Self.width / chart.aspect)) fontscale 2 linewidth 2"
        let lines =
            data + settings + [
                "set terminal pngcairo noenhanced \(size) font 'DejaVu Sans,10' background '#ffffff'",
                "set output \(Self.quoted(png))", "plot \(plots.joined(separator: ", \\\n  "))", "set output",
            ]
        return lines.joined(separator: "\n") + "\n"
    }

    /// A text as gnuplot takes it literally.
    static func quoted(_ text: String) -> String {
        "'" + text.map { $0 == "'" ? "''" : $0.isNewline ? " " : String($0) }.joined() + "'"
    }

    private var settings: [String] {
        var lines = [
            "set encoding utf8", "set title \(Self.quoted(chart.title)) font ',15'", "set border 3 lc rgb '#666666'",
            "set grid back lc rgb '#dddddd' lw 1 lt 1", "set tics nomirror textcolor rgb '#333333'",
            "set key noautotitle",
        ]
        if chart.hasEqualScales { lines.append("set size ratio -1") }
        lines += axis("x", chart.x) + axis("y", chart.y) + markers + labels
        if let colours = chart.colours {
            lines += [
                chart.paletteShare < 1
                    ? "set palette defined (0 '#f7fbff', 0.5 '#c6dbef', 1 '#6baed6')"
                    : "set palette defined (0 '#f7fbff', 0.25 '#c6dbef', 0.5 '#6baed6', 0.75 '#2171b5', 1 '#08306b')",
                "set cbrange [\(colours.lower):\(colours.upper)]",
                "set cblabel \(Self.quoted(colours.unit.isEmpty ? colours.title : "\(colours.title) [\(colours.unit)]"))",
            ]
        } else {
            lines.append("unset colorbox")
        }
        // A legend stands beside the data, never on it.
        if chart.curves.count > 1 || hasLights {
            lines.append(
                chart.colours == nil
                    ? "set key outside right center Left reverse samplen 2"
                    : "set key outside bottom center horizontal Left reverse samplen 2"
            )
        } else {
            lines.append("unset key")
        }
        if !chart.bars.isEmpty { lines += barSettings }
        return lines
    }

    private var hasLights: Bool { chart.segments.contains { $0.ink == .green || $0.ink == .red } }

    private func axis(_ letter: String, _ axis: Chart.Axis) -> [String] {
        if axis.isHidden {
            return ["unset \(letter)tics", "unset border", "unset grid"] + range(letter, axis)
        }
        var lines = ["set \(letter)label \(Self.quoted(axis.heading))"] + range(letter, withMarkers(letter, axis))
        if axis.isLogarithmic { lines.append("set logscale \(letter)") }
        return lines
    }

    /// An axis that is long enough for the lines across it: a bound may lie beyond all data.
    private func withMarkers(_ letter: String, _ axis: Chart.Axis) -> Chart.Axis {
        let isVertical = letter == "x"
        let direction = isVertical ? Chart.Marker.Direction.vertical : .horizontal
        let points = chart.curves.flatMap(\.points)
        guard axis.upper == nil, let marker = chart.markers.filter({ $0.direction == direction }).map(\.value).max(),
            let largest = points.map({ isVertical ? $0.x : $0.upper ?? $0.y }).max(), marker > largest
        else { return axis }
        var axis = axis
        let smallest = axis.lower ?? points.map { isVertical ? $0.x : $0.y }.min() ?? 0
        axis.upper = marker + (axis.isLogarithmic ? 0.1 * marker : 0.05 * (marker - smallest))
        return axis
    }

    private func range(_ letter: String, _ axis: Chart.Axis) -> [String] {
        guard axis.lower != nil || axis.upper != nil else { return [] }
        return ["set \(letter)range [\(axis.lower.map { "\($0)" } ?? "*"):\(axis.upper.map { "\($0)" } ?? "*")]"]
    }
}

// Bars, from top to bottom, each with its name at the axis.
extension PlotScript {
    private var barSettings: [String] {
        // Beyond the longest bar there is room for its figure.
        let longest = chart.bars.map { max($0.value, $0.upper ?? $0.value) }.max() ?? 0
        let room = chart.x.upper == nil && longest > 0 && !chart.x.isLogarithmic ? 1.12 * longest : nil
        let names = chart.bars.enumerated().map { "\(Self.quoted($1.name)) \(-$0)" }.joined(separator: ", ")
        return [
            "set ytics (\(names))", "set yrange [\(-Double(chart.bars.count) + 0.4):0.6]", "unset ylabel",
            "set grid noytics xtics",
        ] + (room.map { ["set xrange [\(chart.x.lower.map { "\($0)" } ?? "*"):\($0)]"] } ?? [])
    }

    private mutating func addBars() {
        guard !chart.bars.isEmpty else { return }
        let rows = chart.bars.enumerated().map { index, bar in
            let ends = bar.lower.flatMap { lower in bar.upper.map { (lower, $0) } } ?? (bar.value, bar.value)
            let colour = bar.isHighlighted ? 0x0072B2 : 0x9AA5B1
            return "\(-index) \(bar.value) \(ends.0) \(ends.1) \(colour) \"  \(decimal(bar.value))\""
        }
        addBlock("bars", rows)
        plots.append(
            "$bars using ($2/2.):1:($2/2.):(0.32):5 with boxxyerror lc rgb variable fs solid 0.9 noborder"
        )
        plots.append("$bars using 2:1:3:4 with xerrorbars lc rgb '#222222' lw 1.5 pt 7 ps 0.3")
        plots.append("$bars using 4:1:6 with labels left textcolor rgb '#333333'")
    }
}

// Everything that is drawn from data.
extension PlotScript {
    private mutating func addBlock(_ name: String, _ rows: [String]) {
        data.append("$\(name) << EOD\n" + rows.joined(separator: "\n") + "\nEOD")
    }

    private mutating func addCells() {
        guard !chart.cells.isEmpty else { return }
        let rows = chart.cells.map {
            "\($0.x.lowerBound) \($0.x.upperBound) \($0.y.lowerBound) \($0.y.upperBound) \($0.value)"
        }
        addBlock("cells", rows)
        plots.append(
            "$cells using 1:3:1:2:3:4:5 with boxxyerror lc palette fs solid 1 noborder"
        )
    }

    private mutating func addBlocks() {
        guard !chart.blocks.isEmpty else { return }
        let rows = chart.blocks.map {
            "\($0.x.lowerBound) \($0.x.upperBound) \($0.y.lowerBound) \($0.y.upperBound)"
        }
        addBlock("blocks", rows)
        plots.append("$blocks using 1:3:1:2:3:4 with boxxyerror lc rgb '#AEB6BF' fs solid 1 noborder")
    }

    private mutating func addBands() {
        for (index, curve) in chart.curves.enumerated() {
            let rows = curve.points.compactMap { point in
                point.lower.flatMap { lower in point.upper.map { "\(point.x) \(lower) \($0)" } }
            }
            guard rows.count > 1 else { continue }
            addBlock("band\(index)", rows)
            plots.append(
                "$band\(index) using 1:2:3 with filledcurves lc rgb '\(styles[index].colour)' fs transparent solid 0.18 noborder"
            )
        }
    }

    private mutating func addCurves() {
        for (index, curve) in chart.curves.enumerated() where !curve.points.isEmpty {
            addBlock("curve\(index)", curve.points.map { "\($0.x) \($0.y)" })
            let look = styles[index]
            let line = "lw \(look.width) dt \(look.dash)"
            let style =
                switch curve.style {
                case .line: "lines \(line)"
                case .linesAndPoints: "linespoints \(line) pt \(look.point) ps 0.7"
                case .points: "points pt \(look.point) ps 0.7"
                }
            plots.append(
                "$curve\(index) using 1:2 with \(style) lc rgb '\(look.colour)' title \(Self.quoted(curve.name))"
            )
        }
    }

    private mutating func addSegments() {
        let coloured = chart.segments.compactMap { segment -> String? in
            guard case .value(let value) = segment.ink else { return nil }
            return row(segment) + " \(value) \(segment.width)"
        }
        if !coloured.isEmpty {
            let width = chart.segments[0].width
            addBlock("valued", coloured)
            plots.append("$valued using 1:2:3:4:5 with vectors nohead lw \(width) lc palette")
        }
        for (ink, block, title) in [
            (Chart.Segment.Ink.red, "red", "red light (thin)"), (.green, "green", "green light (thick)"),
            (.grey, "grey", ""),
        ] {
            let members = chart.segments.filter { $0.ink == ink }
            guard let first = members.first else { continue }
            addBlock(block, members.map(row))
            let width = ink == .red ? first.width / 3 : first.width
            // A grey line is seen on dark cells.
            if ink == .grey, !chart.cells.isEmpty {
                plots.append("$\(block) using 1:2:3:4 with vectors nohead lw \(width + 1.6) lc rgb '#ffffff'")
            }
            let legend = title.isEmpty ? "" : " title '\(title)'"
            plots.append(
                "$\(block) using 1:2:3:4 with vectors nohead lw \(width) lc rgb '\(Self.colour(of: ink))'\(legend)"
            )
        }
    }

    private func row(_ segment: Chart.Segment) -> String {
        "\(segment.from.x) \(segment.from.y) \(segment.to.x - segment.from.x) \(segment.to.y - segment.from.y)"
    }

    private mutating func addDots() {
        let dots = chart.labels.filter(\.hasDot)
        guard !dots.isEmpty else { return }
        addBlock("dots", dots.map { "\($0.position.x) \($0.position.y)" })
        plots.append("$dots using 1:2 with points pt 7 ps 1.1 lc rgb '#333333'")
    }

    private var labels: [String] {
        chart.labels.map { label in
            let offset = label.hasDot ? " offset 1.4,-1.1" : ""
            return
                "set label \(Self.quoted(label.text)) at \(label.position.x),\(label.position.y)\(offset) front font ',9'"
        }
    }

    private var markers: [String] {
        chart.markers.flatMap { marker in
            switch marker.direction {
            case .vertical:
                [
                    "set arrow from \(marker.value),graph 0 to \(marker.value),graph 1 nohead dt 2 lw 1.5 lc rgb '#555555' front",
                    "set label \(Self.quoted(marker.name)) at \(marker.value),graph 0.98 right rotate by 90 offset -0.8,0 "
                        + "textcolor rgb '#555555' font ',10' front",
                ]
            case .horizontal:
                [
                    "set arrow from graph 0,first \(marker.value) to graph 1,first \(marker.value) nohead dt 2 lw 1.5 lc rgb '#555555' front",
                    "set label \(Self.quoted(marker.name)) at graph 0.99,first \(marker.value) right offset 0,0.5 "
                        + "textcolor rgb '#555555' font ',10' front",
                ]
            }
        }
    }

    private static func colour(of ink: Chart.Segment.Ink) -> String {
        switch ink {
        case .green: CurveStyle.greenLight
        case .red: CurveStyle.redLight
        case .grey, .value: "#555555"
        }
    }
}
