internal import Evaluation

// Colours by value, and what stands for what.
extension ChartPicture {
    /// From pale to dark: red, green and blue of equal distances.
    private static let palette: [SIMD3<Double>] = [
        SIMD3(247, 251, 255), SIMD3(198, 219, 239), SIMD3(107, 174, 214), SIMD3(33, 113, 181), SIMD3(8, 48, 107),
    ]

    func colour(_ value: Double) -> String {
        guard let scale = chart.colours, scale.upper > scale.lower, value.isFinite else { return "#999999" }
        return Self.colour(atShare: chart.paletteShare * (value - scale.lower) / (scale.upper - scale.lower))
    }

    static func colour(atShare share: Double) -> String {
        let place = min(1, max(0, share)) * Double(palette.count - 1)
        let index = min(palette.count - 2, Int(place))
        let mixed = palette[index] + (place - Double(index)) * (palette[index + 1] - palette[index])
        let parts = [mixed.x, mixed.y, mixed.z].map { part in
            let text = String(Int(part.rounded()), radix: 16)
            return text.count < 2 ? "0" + text : text
        }
        return "#" + parts.joined()
    }

    mutating func addColourBar() {
        guard let scale = chart.colours else { return }
        let box = Box(left: width - 66, top: 44, right: width - 52, bottom: height - 40)
        let axis = DrawnAxis(.init("", from: scale.lower, to: scale.upper), [], tickCount: 5)
        let count = 40
        for index in 0..<count {
            let (low, high) = (Double(index) / Double(count), Double(index + 1) / Double(count))
            let (bottom, top) = (box.bottom - low * box.height, box.bottom - high * box.height - 0.3)
            let corners = [
                Place(box.left, bottom), Place(box.right, bottom), Place(box.right, top), Place(box.left, top),
            ]
            let fill = Self.colour(atShare: chart.paletteShare * (low + high) / 2)
            add(.area(corners, fill: fill, opacity: 1, edge: nil))
        }
        for tick in axis.ticks {
            let at = box.bottom - axis.share(tick.value) * box.height
            add(.line([Place(box.right, at), Place(box.right + 4, at)], Pen(colour: Self.grey, width: 1)))
            add(.text(tick.text, Place(box.right + 6, at + 4), Lettering(size: 11)))
        }
        let title = scale.unit.isEmpty ? scale.title : "\(scale.title) [\(scale.unit)]"
        let middle = Place(width - 7, (box.top + box.bottom) / 2)
        add(.text(title, middle, Lettering(size: 12, anchor: .middle, isUpward: true)))
    }

    /// What stands in the legend: curves, and lights.
    private enum Entry {
        case curve(Int)
        case light(name: String, colour: String, width: Double)
    }

    /// A legend stands below the data, never on it.
    mutating func addLegend() {
        var entries = chart.curves.count > 1 ? chart.curves.indices.map { Entry.curve($0) } : []
        if chart.segments.contains(where: { $0.ink == .green || $0.ink == .red }) {
            entries.append(.light(name: "green light (thick)", colour: CurveStyle.greenLight, width: 5))
            entries.append(.light(name: "red light (thin)", colour: CurveStyle.redLight, width: 1.7))
        }
        guard !entries.isEmpty else { return }
        func name(_ entry: Entry) -> String {
            switch entry {
            case .curve(let index): chart.curves[index].name
            case .light(let name, _, _): name
            }
        }
        let widest = entries.map { 13 * 1.1 * Letters.width(of: name($0)) }.max() ?? 0
        let columns = min(entries.count, max(1, Int((width - 24) / (widest + 64))))
        let column = (width - 24) / Double(columns)
        for (index, entry) in entries.enumerated() {
            let at = Place(12 + column * Double(index % columns), height + 12 + 20 * Double(index / columns))
            let line = [Place(at.x, at.y), Place(at.x + 40, at.y)]
            switch entry {
            case .curve(let index):
                let style = styles[index]
                if chart.curves[index].style != .points {
                    add(.line(line, Pen(colour: style.colour, width: 0.7 * style.width, dash: style.strokes)))
                }
                if chart.curves[index].style != .line { addSymbol(style, Place(at.x + 20, at.y)) }
            case .light(_, let colour, let width):
                add(.line(line, Pen(colour: colour, width: width)))
            }
            let shown = Letters.cut(name(entry), to: (column - 52) / 14.3)
            add(.text(shown, Place(at.x + 47, at.y + 4), Lettering()))
        }
        height += 12 + 20 * Double((entries.count + columns - 1) / columns)
    }
}
