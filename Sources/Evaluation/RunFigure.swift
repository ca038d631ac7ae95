/// A figure that each run of a controller gives.
public struct RunFigure<Run>: Sendable {
    let name: String
    let unit: String
    let preference: MetricSummary.Preference
    let value: @Sendable (Run) -> Double

    /// Describes a figure.
    ///
    /// - Parameters:
    ///   - name: Its name in tables and conditions.
    ///   - unit: Its unit; empty for none.
    ///   - preference: Which values are better.
    ///   - value: Takes it from a run.
    public init(
        name: String,
        unit: String,
        preference: MetricSummary.Preference,
        value: @escaping @Sendable (Run) -> Double
    ) {
        self.name = name
        self.unit = unit
        self.preference = preference
        self.value = value
    }
}

/// What came of one run of a controller, as a list of figures.
public protocol RunMetrics: Sendable {
    /// The figures, the one that counts most first.
    static var figures: [RunFigure<Self>] { get }
}

extension RunMetrics {
    /// Summarises the runs of one controller.
    ///
    /// - Parameters:
    ///   - runs: In the order of their seeds.
    ///   - name: The controller's name.
    ///   - more: Figures that only some comparisons have.
    /// - Returns: Its figures.
    public static func summarize(
        _ runs: [Self],
        name: String,
        and more: [RunFigure<Self>] = []
    ) -> Comparison.Contender {
        contender(name, more) { figure in runs.map(figure.value) }
    }

    /// A controller with the figures that a comparison will have, all of them 0: to check conditions before the runs.
    public static func outline(_ name: String, and more: [RunFigure<Self>] = []) -> Comparison.Contender {
        contender(name, more) { _ in [0] }
    }

    private static func contender(
        _ name: String,
        _ more: [RunFigure<Self>],
        _ values: (RunFigure<Self>) -> [Double]
    ) -> Comparison.Contender {
        Comparison.Contender(
            name: name,
            metrics: (figures + more).map {
                MetricSummary(name: $0.name, unit: $0.unit, preference: $0.preference, values: values($0))
            }
        )
    }
}
