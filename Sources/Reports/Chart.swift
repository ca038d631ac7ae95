public import TabularLearning

/// A picture as data: what is drawn, with its axes and units.
///
/// `ChartFiles` writes it down and has it drawn. A chart holds any mixture of curves with bands, bars with whiskers, marker lines, coloured cells, segments and texts;
/// all of them share two axes and one colour scale.
public struct Chart: Sendable, Hashable, Codable {
    /// The stem of the files: lower case letters, digits and hyphens.
    public var name: String
    /// The heading.
    public var title: String
    /// One or two sentences on what is to be seen and how it was measured.
    public var caption: String
    /// The horizontal axis.
    public var x: Axis
    /// The vertical axis.
    public var y: Axis
    /// The scale of coloured cells and segments; `nil` where nothing is coloured by a value.
    public var colours: ColourScale?
    /// Curves, in the order of the legend.
    public var curves: [Curve] = []
    /// Bars, from top to bottom.
    public var bars: [Bar] = []
    /// Lines across the whole chart: bounds, events.
    public var markers: [Marker] = []
    /// Rectangles coloured by a value.
    public var cells: [Cell] = []
    /// Rectangles in which nothing is: walls.
    @AddedSetting<AbsentList<Block>> public var blocks: [Block] = []
    /// Straight lines between two points, of a fixed colour or coloured by a value.
    public var segments: [Segment] = []
    /// Texts at points.
    public var labels: [Label] = []
    /// Whether a unit is as long on both axes, as on a map.
    public var hasEqualScales = false
    /// Width divided by height of the picture.
    public var aspect = 1.6

    /// Creates an empty chart.
    public init(_ name: String, title: String, caption: String, x: Axis, y: Axis) {
        self.name = name
        self.title = title
        self.caption = caption
        self.x = x
        self.y = y
    }

    /// An axis.
    public struct Axis: Sendable, Hashable, Codable {
        /// What it shows.
        public var title: String
        /// The unit; empty for a pure number.
        public var unit: String
        /// Whether equal distances are equal factors.
        public var isLogarithmic: Bool
        /// The first value shown; chosen by the data unless given.
        public var lower: Double?
        /// The last value shown; chosen by the data unless given.
        public var upper: Double?
        /// Whether numbers and ticks are left out, as on a map.
        public var isHidden: Bool

        /// Creates an axis.
        public init(
            _ title: String,
            unit: String = "",
            isLogarithmic: Bool = false,
            from lower: Double? = nil,
            to upper: Double? = nil,
            isHidden: Bool = false
        ) {
            self.title = title
            self.unit = unit
            self.isLogarithmic = isLogarithmic
            self.lower = lower
            self.upper = upper
            self.isHidden = isHidden
        }

        /// The title with a bracketed unit.
        public var heading: String { unit.isEmpty ? title : "\(title) [\(unit)]" }
    }

    /// What the colours of cells and segments mean, from pale to dark.
    public struct ColourScale: Sendable, Hashable, Codable {
        /// What they show.
        public var title: String
        /// The unit; empty for a pure number.
        public var unit: String
        /// The value of the palest colour.
        public var lower: Double
        /// The value of the darkest colour.
        public var upper: Double

        /// Creates a scale.
        public init(_ title: String, unit: String = "", from lower: Double, to upper: Double) {
            self.title = title
            self.unit = unit
            self.lower = lower
            self.upper = upper
        }
    }
}

// What a chart is made of.
extension Chart {
    /// A curve through points, in a band where an interval is known.
    public struct Curve: Sendable, Hashable, Codable {
        /// How points are joined.
        public enum Style: String, Sendable, Hashable, Codable {
            /// By straight lines.
            case line
            /// By straight lines, each point marked.
            case linesAndPoints
            /// Not at all.
            case points
        }

        /// A point; `nil` bounds where no interval is known.
        public struct Point: Sendable, Hashable, Codable {
            /// The horizontal value.
            public var x: Double
            /// The vertical value.
            public var y: Double
            /// The lower end of its interval.
            public var lower: Double?
            /// The upper end of its interval.
            public var upper: Double?

            /// Creates a point.
            public init(x: Double, y: Double, lower: Double? = nil, upper: Double? = nil) {
                self.x = x
                self.y = y
                self.lower = lower
                self.upper = upper
            }
        }

        /// Its name in the legend.
        public var name: String
        /// Its points, in the order in which they are joined.
        public var points: [Point]
        /// How points are joined.
        public var style: Style

        /// Creates a curve.
        public init(_ name: String, points: [Point], style: Style = .line) {
            self.name = name
            self.points = points
            self.style = style
        }

        /// Leaves the intervals out.
        mutating func removeBand() {
            for index in points.indices { (points[index].lower, points[index].upper) = (nil, nil) }
        }
    }

    /// A horizontal bar with a whisker.
    public struct Bar: Sendable, Hashable, Codable {
        /// What it stands for.
        public var name: String
        /// Its length.
        public var value: Double
        /// The lower end of the interval.
        public var lower: Double?
        /// The upper end of the interval.
        public var upper: Double?
        /// Whether it is set off from the others.
        public var isHighlighted: Bool

        /// Creates a bar.
        public init(
            _ name: String,
            value: Double,
            lower: Double? = nil,
            upper: Double? = nil,
            isHighlighted: Bool = false
        ) {
            self.name = name
            self.value = value
            self.lower = lower
            self.upper = upper
            self.isHighlighted = isHighlighted
        }
    }

    /// A line across the whole chart.
    public struct Marker: Sendable, Hashable, Codable {
        /// What it marks.
        public enum Direction: String, Sendable, Hashable, Codable {
            /// A value of the horizontal axis: an instant, a capacity.
            case vertical
            /// A value of the vertical axis: a level.
            case horizontal
        }

        /// Its name, written beside it.
        public var name: String
        /// What it marks.
        public var direction: Direction
        /// The value.
        public var value: Double

        /// Creates a marker.
        public init(_ name: String, _ direction: Direction, at value: Double) {
            self.name = name
            self.direction = direction
            self.value = value
        }
    }

    /// A rectangle coloured by a value of the colour scale.
    public struct Cell: Sendable, Hashable, Codable {
        /// Its horizontal extent.
        public var x: ClosedRange<Double>
        /// Its vertical extent.
        public var y: ClosedRange<Double>
        /// The value.
        public var value: Double

        /// Creates a cell.
        public init(x: ClosedRange<Double>, y: ClosedRange<Double>, value: Double) {
            self.x = x
            self.y = y
            self.value = value
        }
    }

    /// A grey rectangle.
    public struct Block: Sendable, Hashable, Codable {
        /// Its horizontal extent.
        public var x: ClosedRange<Double>
        /// Its vertical extent.
        public var y: ClosedRange<Double>

        /// Creates a rectangle.
        public init(x: ClosedRange<Double>, y: ClosedRange<Double>) {
            self.x = x
            self.y = y
        }
    }

    /// Of the palette's length what values take: under curves cells are pale, so that the darkest of them hides none.
    var paletteShare: Double { cells.isEmpty || curves.isEmpty ? 1 : 0.5 }

    /// A straight line between two points.
    public struct Segment: Sendable, Hashable, Codable {
        /// What it is drawn in.
        public enum Ink: Sendable, Hashable, Codable {
            /// The colour of a value.
            case value(Double)
            /// Green light.
            case green
            /// Red light.
            case red
            /// A neutral line.
            case grey
        }

        /// The first point, x and y.
        public var from: SIMD2<Double>
        /// The second point, x and y.
        public var to: SIMD2<Double>
        /// What it is drawn in.
        public var ink: Ink
        /// Its width in points.
        public var width: Double

        /// Creates a segment.
        public init(from: SIMD2<Double>, to: SIMD2<Double>, ink: Ink, width: Double = 1) {
            self.from = from
            self.to = to
            self.ink = ink
            self.width = width
        }
    }

    /// A text at a point.
    public struct Label: Sendable, Hashable, Codable {
        /// The text.
        public var text: String
        /// Its middle, x and y.
        public var position: SIMD2<Double>
        /// Whether a dot is drawn under it, as for a node of a map.
        public var hasDot: Bool

        /// Creates a label.
        public init(_ text: String, at position: SIMD2<Double>, hasDot: Bool = false) {
            self.text = text
            self.position = position
            self.hasDot = hasDot
        }
    }
}
