/// How a curve looks: no two of a chart look alike, and what was learned looks the same in all of them.
public struct CurveStyle: Sendable, Hashable {
    /// The colour as `#rrggbb`.
    public let colour: String
    /// Gnuplot's dash type; 1 is a line without gaps.
    public let dash: String
    /// The width of the line.
    public let width: Double
    /// Gnuplot's type of point.
    public let point: Int

    /// Lengths of strokes and gaps in turn, in pixels; empty for a line without gaps.
    var strokes: [Double] { Self.strokes[dash] ?? [] }

    /// What was learned: blue, without gaps, thick.
    public static let learned = CurveStyle(colour: "#0072B2", dash: "1", width: 3.5, point: 7)

    /// Others: told apart by somebody who sees no difference between red and green, and dark enough for thin lines.
    package static let colours = ["#B8860B", "#333333", "#009E73", "#3D1A5B", "#A05195", "#7A5200"]
    /// Others have gaps, each kind of its own; that without gaps comes last.
    static let dashes = ["'-'", "(2,4)", "'_-'", "(14,5)", "(10,4,2,4,2,4)", "1"]
    /// The same as lengths of strokes and gaps in turn, in pixels.
    private static let strokes: [String: [Double]] = [
        "'-'": [8, 5], "(2,4)": [2.5, 3.5], "'_-'": [14, 4, 6, 4], "(14,5)": [16, 5],
        "(10,4,2,4,2,4)": [10, 4, 2, 4, 2, 4],
    ]
    private static let points = [5, 9, 11, 13, 4, 6, 8, 10, 12]

    /// A green light; somebody who sees no difference between red and green tells it from a red one.
    package static let greenLight = "#0072B2"
    /// A red light.
    package static let redLight = "#D55E00"

    /// The most curves, beside the one that was learned, of which no two have the same colour and dashes.
    public static var count: Int { colours.count * dashes.count }

    /// A style for each curve of a chart.
    ///
    /// - Parameter names: The curves' names in the order of the legend. `learned` gets the style of its own, wherever it stands.
    /// - Returns: As many styles; of up to `count` other curves no two are equal.
    public static func styles(for names: [String]) -> [CurveStyle] {
        var others = 0
        return names.map { name in
            guard name != "learned" else { return learned }
            defer { others += 1 }
            // Neighbours differ in colour and in dashes; each pair of them comes once before any comes again.
            let (column, row) = (others % colours.count, others / colours.count)
            return CurveStyle(
                colour: colours[column],
                dash: dashes[(column + row) % dashes.count],
                width: 2,
                point: points[others % points.count]
            )
        }
    }
}
