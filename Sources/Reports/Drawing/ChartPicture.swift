internal import Evaluation

/// A chart as marks on a plane: what every form of its picture is written from.
struct ChartPicture: Sendable {
    /// The width in pixels.
    let width: Double
    /// The height in pixels, the legend included.
    var height: Double
    /// What is drawn, from back to front.
    private(set) var marks: [Mark] = []
    /// Where data are drawn.
    let plot: Box

    let chart: Chart
    private let x: DrawnAxis
    private let y: DrawnAxis
    let styles: [CurveStyle]

    /// A rectangle.
    struct Box: Sendable, Hashable {
        var left, top, right, bottom: Double
        var width: Double { right - left }
        var height: Double { bottom - top }
    }

    /// The width of a picture in a report.
    static let reportWidth = 680.0
    /// The width of a picture that is printed in a column of 86 mm, so that its letters have 8 points.
    static let columnWidth = 400.0
    /// More cells or curve points than this say nothing when somebody points at them.
    private static let mostHints = 800

    /// Draws a chart.
    ///
    /// - Parameters:
    ///   - chart: What is drawn.
    ///   - width: The width in pixels.
    init(_ chart: Chart, width: Double = Self.reportWidth) {
        self.chart = chart
        self.width = width
        styles = chart.curves.count == 1 ? [.learned] : CurveStyle.styles(for: chart.curves.map(\.name))
        let extent = Extent(chart)
        x = DrawnAxis(extent.xAxis, extent.x, tickCount: width < 500 ? 4 : 6)
        y = DrawnAxis(extent.yAxis, extent.y, tickCount: 5)
        let title = Letters.lines(chart.title, room: (width - 24) / 15)
        let top = 14 + 20 * Double(title.count)
        let names = chart.bars.map { min(0.36 * width, 13 * Letters.width(of: $0.name) * 1.1) }.max()
        let numbers = y.ticks.map { 13 * Letters.width(of: $0.text) * 1.1 }.max() ?? 0
        let left = names.map { $0 + 18 } ?? (chart.y.isHidden ? 14 : numbers + 36)
        let right = width - (chart.colours == nil ? 22 : 86)
        let rows = Double(max(3, chart.bars.count))
        let body = chart.bars.isEmpty ? width / chart.aspect : top + 56 + 27 * rows
        let box = Box(left: left, top: top, right: right, bottom: max(body, top + 130) - (chart.x.isHidden ? 14 : 52))
        plot = chart.hasEqualScales ? Self.fitted(box, x, y) : box
        height = max(body, top + 130)
        for (index, line) in title.enumerated() {
            let style = Lettering(size: 15, anchor: .middle, isBold: true)
            add(.text(line, Place(width / 2, 22 + 20 * Double(index)), style))
        }
        addAxes()
        addCells()
        addBands()
        addBars()
        addSegments()
        addCurves()
        addMarkers()
        addLabels()
        addColourBar()
        addLegend()
    }

    /// The part of a box in which a unit is as long on both axes.
    private static func fitted(_ box: Box, _ x: DrawnAxis, _ y: DrawnAxis) -> Box {
        let scale = min(box.width / (x.upper - x.lower), box.height / (y.upper - y.lower))
        let half = Place(scale * (x.upper - x.lower), scale * (y.upper - y.lower)) / 2
        let middle = Place((box.left + box.right) / 2, (box.top + box.bottom) / 2)
        return Box(
            left: middle.x - half.x,
            top: middle.y - half.y,
            right: middle.x + half.x,
            bottom: middle.y + half.y
        )
    }

    mutating func add(_ form: Mark.Form, hint: String? = nil, isCut: Bool = false) {
        marks.append(Mark(form: form, hint: hint, isCut: isCut))
    }

    private func place(_ horizontal: Double, _ vertical: Double) -> Place {
        Place(plot.left + plot.width * x.share(horizontal), plot.bottom - plot.height * y.share(vertical))
    }

    private func isDrawn(_ horizontal: Double, _ vertical: Double) -> Bool {
        horizontal.isFinite && vertical.isFinite && (!x.isLogarithmic || horizontal > 0)
            && (!y.isLogarithmic || vertical > 0)
    }
}

// Axes, grid and lines across.
extension ChartPicture {
    static let grey = "#666666"

    private mutating func addAxes() {
        let isPlain = chart.bars.isEmpty
        if !chart.x.isHidden {
            for tick in x.ticks {
                let at = plot.left + plot.width * x.share(tick.value)
                add(.line([Place(at, plot.top), Place(at, plot.bottom)], Pen(colour: "#dddddd", width: 1)))
                add(.text(tick.text, Place(at, plot.bottom + 17), Lettering(size: 12, anchor: .middle)))
            }
            let middle = Place((plot.left + plot.right) / 2, plot.bottom + 38)
            add(.text(chart.x.heading, middle, Lettering(anchor: .middle)))
        }
        if !chart.y.isHidden, isPlain {
            for tick in y.ticks {
                let at = plot.bottom - plot.height * y.share(tick.value)
                add(.line([Place(plot.left, at), Place(plot.right, at)], Pen(colour: "#dddddd", width: 1)))
                add(.text(tick.text, Place(plot.left - 7, at + 4), Lettering(size: 12, anchor: .end)))
            }
            let middle = Place(18, (plot.top + plot.bottom) / 2)
            add(.text(chart.y.heading, middle, Lettering(anchor: .middle, isUpward: true)))
        }
        guard !chart.x.isHidden || !chart.y.isHidden else { return }
        let corner = Place(plot.left, plot.bottom)
        let frame = [Place(plot.left, plot.top), corner, Place(plot.right, plot.bottom)]
        add(.line(frame, Pen(colour: Self.grey, width: 1)))
    }

    private mutating func addMarkers() {
        let pen = Pen(colour: "#555555", width: 1.5, dash: [6, 4])
        for marker in chart.markers where marker.value.isFinite {
            switch marker.direction {
            case .vertical:
                guard (0...1).contains(x.share(marker.value)) else { continue }
                let at = plot.left + plot.width * x.share(marker.value)
                add(.line([Place(at, plot.top), Place(at, plot.bottom)], pen), hint: marker.name)
                let style = Lettering(size: 11, anchor: .end, colour: "#444444", isUpward: true, hasHalo: true)
                let name = Letters.cut(marker.name, to: (plot.height - 12) / 11.5)
                add(.text(name, Place(at - 5, plot.top + 5), style))
            case .horizontal:
                guard (0...1).contains(y.share(marker.value)) else { continue }
                let at = plot.bottom - plot.height * y.share(marker.value)
                add(.line([Place(plot.left, at), Place(plot.right, at)], pen), hint: marker.name)
                let style = Lettering(size: 11, anchor: .end, colour: "#444444", hasHalo: true)
                add(.text(marker.name, Place(plot.right - 4, at - 5), style))
            }
        }
    }

    private mutating func addLabels() {
        let dots = chart.labels.filter(\.hasDot)
        var taken =
            dots.count > Self.mostNames ? [] : dots.map { Self.box(around: place($0.position.x, $0.position.y), 6) }
        if dots.count <= Self.mostNames, chart.segments.count <= 4 * Self.mostNames {
            taken += chart.segments.flatMap(boxes)
        }
        for label in chart.labels where label.hasDot {
            add(.dot(place(label.position.x, label.position.y), radius: 4.5, fill: "#333333"), hint: label.text)
        }
        for label in chart.labels where !label.text.isEmpty && (!label.hasDot || dots.count <= Self.mostNames) {
            let at = place(label.position.x, label.position.y)
            let edge = chart.colours == nil ? width - 2 : width - 70
            let size = Place(11 * 1.08 * Letters.width(of: label.text), 12)
            // Beside a dot the first of these where nothing is yet; without a dot where it was put.
            let shifts: [Place] =
                label.hasDot
                ? [
                    Place(8, 16), Place(8, -8), Place(-8 - size.x, 14), Place(-8 - size.x, -6),
                    Place(-size.x / 2, 20), Place(-size.x / 2, -10), Place(12, 4), Place(-12 - size.x, 4),
                ] : [Place(0, 4)]
            let boxes = shifts.map { shift in
                let start = Place(min(max(at.x + shift.x, 2), edge - size.x), at.y + shift.y)
                return Box(left: start.x, top: start.y - 10, right: start.x + size.x, bottom: start.y + 2)
            }
            let costs = boxes.map { box in taken.reduce(0) { $0 + Self.overlap(box, $1) } }
            let best = costs.indices.min { costs[$0] < costs[$1] } ?? 0
            taken.append(boxes[best])
            let start = Place(boxes[best].left, boxes[best].bottom - 2)
            add(.text(label.text, start, Lettering(size: 11, hasHalo: true)))
        }
    }

    /// More dots than this have no room for their names.
    private static let mostNames = 100

    private static func box(around place: Place, _ half: Double) -> Box {
        Box(left: place.x - half, top: place.y - half, right: place.x + half, bottom: place.y + half)
    }

    /// What a line takes of the room for names.
    private func boxes(of segment: Chart.Segment) -> [Box] {
        let (from, to) = (place(segment.from.x, segment.from.y), place(segment.to.x, segment.to.y))
        return (0...12).map { Self.box(around: from + Double($0) / 12 * (to - from), 2) }
    }

    private static func overlap(_ one: Box, _ other: Box) -> Double {
        let width = min(one.right, other.right) - max(one.left, other.left)
        let height = min(one.bottom, other.bottom) - max(one.top, other.top)
        return width > 0 && height > 0 ? width * height : 0
    }
}

// Everything that is drawn from data.
extension ChartPicture {
    private mutating func addCells() {
        let saysValues = chart.cells.count <= Self.mostHints
        for cell in chart.cells where cell.value.isFinite {
            let (one, other) = (
                place(cell.x.lowerBound, cell.y.lowerBound), place(cell.x.upperBound, cell.y.upperBound)
            )
            let corners = [one, Place(other.x, one.y), other, Place(one.x, other.y)]
            let hint = saysValues ? chart.colours.map { text(cell.value, $0.unit) } : nil
            add(.area(corners, fill: colour(cell.value), opacity: 1, edge: nil), hint: hint, isCut: true)
        }
        for block in chart.blocks {
            let (one, other) = (
                place(block.x.lowerBound, block.y.lowerBound), place(block.x.upperBound, block.y.upperBound)
            )
            let corners = [one, Place(other.x, one.y), other, Place(one.x, other.y)]
            add(.area(corners, fill: "#AEB6BF", opacity: 1, edge: nil), isCut: true)
        }
    }

    private mutating func addBands() {
        for (curve, style) in zip(chart.curves, styles) {
            let points = curve.points.compactMap { point -> (Place, Place)? in
                guard let lower = point.lower, let upper = point.upper, isDrawn(point.x, upper), upper.isFinite,
                    lower.isFinite
                else { return nil }
                return (place(point.x, lower), place(point.x, upper))
            }
            guard points.count > 1 else { continue }
            let outline = points.map(\.1) + points.reversed().map(\.0)
            add(.area(outline, fill: style.colour, opacity: 0.18, edge: nil), isCut: true)
        }
    }

    private mutating func addBars() {
        for (index, bar) in chart.bars.enumerated() where bar.value.isFinite {
            let middle = plot.top + plot.height * (Double(index) + 0.5) / Double(chart.bars.count)
            let half = min(11, 0.36 * plot.height / Double(chart.bars.count))
            func at(_ value: Double) -> Double { plot.left + plot.width * min(1, max(0, x.share(value))) }
            let (base, end) = (at(x.isLogarithmic ? x.lower : max(0, x.lower)), at(bar.value))
            let (high, low) = (middle - half, middle + half)
            let corners = [Place(base, high), Place(end, high), Place(end, low), Place(base, low)]
            let interval = Self.interval(bar.lower, bar.upper)
            let hint = "\(bar.name): \(text(bar.value, chart.x.unit))\(interval)"
            let fill = bar.isHighlighted ? CurveStyle.learned.colour : "#9AA5B1"
            add(.area(corners, fill: fill, opacity: 0.95, edge: nil), hint: hint)
            var tip = end
            if let lower = bar.lower, let upper = bar.upper, lower < upper {
                let pen = Pen(colour: "#222222", width: 1.5)
                add(.line([Place(at(lower), middle), Place(at(upper), middle)], pen))
                for value in [lower, upper] {
                    add(.line([Place(at(value), middle - 4), Place(at(value), middle + 4)], pen))
                }
                tip = max(tip, at(upper))
            }
            let name = Letters.cut(bar.name, to: 0.36 * width / 13 / 1.1)
            add(.text(name, Place(plot.left - 8, middle + 4), Lettering(anchor: .end)), hint: bar.name)
            let figure = decimal(bar.value)
            let room = width - 4 - 12 * 1.1 * Letters.width(of: figure)
            add(.text(figure, Place(min(tip + 7, room), middle + 4), Lettering(size: 12, hasHalo: true)))
        }
    }

    private mutating func addSegments() {
        for segment in chart.segments {
            let ends = [place(segment.from.x, segment.from.y), place(segment.to.x, segment.to.y)]
            let (colour, width, hint): (String, Double, String?) =
                switch segment.ink {
                case .value(let value):
                    (self.colour(value), segment.width, chart.colours.map { text(value, $0.unit) })
                case .green: (CurveStyle.greenLight, segment.width, nil)
                case .red: (CurveStyle.redLight, segment.width / 3, nil)
                case .grey: ("#555555", segment.width, nil)
                }
            // A pale line on white has an edge.
            if case .value = segment.ink { add(.line(ends, Pen(colour: "#9AA5B1", width: width + 1.5)), isCut: true) }
            // A grey one is seen on dark cells.
            if segment.ink == .grey, !chart.cells.isEmpty {
                add(.line(ends, Pen(colour: "#ffffff", width: width + 2.4)), isCut: true)
            }
            add(.line(ends, Pen(colour: colour, width: width)), hint: hint, isCut: true)
        }
    }

    private mutating func addCurves() {
        let saysValues = chart.curves.reduce(0) { $0 + $1.points.count } <= Self.mostHints
        for (curve, style) in zip(chart.curves, styles) {
            // A line is not drawn across what is missing.
            var parts: [[Place]] = [[]]
            for point in curve.points {
                if isDrawn(point.x, point.y) {
                    parts[parts.count - 1].append(place(point.x, point.y))
                } else if parts.last?.isEmpty == false {
                    parts.append([])
                }
            }
            if curve.style != .points {
                let pen = Pen(colour: style.colour, width: 0.7 * style.width, dash: style.strokes)
                for part in parts where part.count > 1 { add(.line(part, pen), hint: curve.name, isCut: true) }
            }
            let isMarked = curve.style != .line || curve.points.count == 1
            for point in curve.points where isDrawn(point.x, point.y) {
                let at = place(point.x, point.y)
                guard (0...1).contains(x.share(point.x)), (0...1).contains(y.share(point.y)) else { continue }
                if isMarked { addSymbol(style, at) }
                if saysValues { add(.target(at, radius: 7), hint: hint(curve.name, point)) }
            }
        }
    }

    private func hint(_ name: String, _ point: Chart.Curve.Point) -> String {
        let interval = Self.interval(point.lower, point.upper)
        let lead = name.isEmpty ? "" : "\(name), "
        return "\(lead)\(chart.x.title) \(text(point.x, chart.x.unit)): \(text(point.y, chart.y.unit))\(interval)"
    }

    private static func interval(_ lower: Double?, _ upper: Double?) -> String {
        lower.flatMap { lower in upper.map { " (\(decimal(lower)) … \(decimal($0)))" } } ?? ""
    }

    private func text(_ value: Double, _ unit: String) -> String {
        unit.isEmpty ? decimal(value) : "\(decimal(value)) \(unit)"
    }

    private static let octagon: [Place] = [
        Place(1, 0), Place(0.7, 0.7), Place(0, 1), Place(-0.7, 0.7), Place(-1, 0), Place(-0.7, -0.7), Place(0, -1),
        Place(0.7, -0.7),
    ]

    /// Gnuplot's types of points: circles, squares, triangles and rhombs, filled or not.
    mutating func addSymbol(_ style: CurveStyle, _ at: Place) {
        let radius = 4.0
        let isFilled = [5, 7, 9, 11, 13].contains(style.point)
        guard style.point != 7 else { return add(.dot(at, radius: radius, fill: style.colour)) }
        let corners: [Place] =
            switch style.point {
            case 4, 5: [Place(-1, -1), Place(1, -1), Place(1, 1), Place(-1, 1)]
            case 8, 9: [Place(0, -1.2), Place(1.1, 0.9), Place(-1.1, 0.9)]
            case 10, 11: [Place(0, 1.2), Place(1.1, -0.9), Place(-1.1, -0.9)]
            case 12, 13: [Place(0, -1.3), Place(1.3, 0), Place(0, 1.3), Place(-1.3, 0)]
            default: Self.octagon
            }
        let pen = Pen(colour: style.colour, width: 1.4)
        let outline = corners.map { at + radius * $0 }
        add(.area(outline, fill: isFilled ? style.colour : "#ffffff", opacity: 1, edge: pen))
    }
}
