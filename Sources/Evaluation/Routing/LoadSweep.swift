public import Scenarios

/// The same contenders at one load after another.
public struct LoadSweep: Sendable {
    /// The loads, ascending, in packets per tick.
    public let loads: [Double]
    /// What each load is called: as it was asked for, with the load in brackets where that was a share.
    public let labels: [String]
    /// One evaluation per load.
    public let evaluations: [RoutingEvaluation]

    /// Creates a sweep.
    ///
    /// - Parameters:
    ///   - scenario: What is routed; its own load does not matter.
    ///   - loads: At least one, ascending.
    ///   - labels: What each is called; the numbers themselves unless told otherwise.
    ///   - seedCount: The number of seeds, from 1 on.
    ///   - warmUp: Ticks before anything is measured, a multiple of 100.
    ///   - ticks: Measured ticks, a multiple of 100.
    public init(
        _ scenario: RoutingScenario,
        loads: [Double],
        labels: [String]? = nil,
        seedCount: Int,
        warmUp: Int,
        ticks: Int
    ) {
        self.loads = loads
        self.labels = labels ?? loads.map { decimal($0) }
        evaluations = loads.map { load in
            var scenario = scenario
            scenario.load = load
            return RoutingEvaluation(scenario: scenario, seedCount: seedCount, warmUp: warmUp, ticks: ticks)
        }
    }

    /// Reads a list of loads.
    ///
    /// - Parameters:
    ///   - text: `0.5:4:0.25` (from, to, step), `1,2,3.5`, or `60%,80%`.
    ///   - bound: What per cents are of: the load that the best routing sustains.
    /// - Returns: Ascending loads, at most 200; `nil` when the text is something else.
    public static func loads(_ text: String, bound: Double = 1) -> [Double]? {
        if text.hasSuffix("%") {
            let shares = text.split(separator: ",").compactMap { $0.hasSuffix("%") ? Double($0.dropLast()) : nil }
            guard shares.count == text.count(where: { $0 == "," }) + 1, shares.allSatisfy({ (0.1...200).contains($0) })
            else { return nil }
            return ascending(shares.map { $0 / 100 * bound })
        }
        let parts = text.split(separator: ":", omittingEmptySubsequences: false).map { Double($0) }
        var loads: [Double]
        if parts.count == 3, let from = parts[0], let to = parts[1], let step = parts[2] {
            guard step > 0, to >= from, (to - from) / step < 200 else { return nil }
            loads = (0...Int((to - from) / step + 1e-9)).map { from + Double($0) * step }
        } else {
            loads = text.split(separator: ",", omittingEmptySubsequences: false).compactMap { Double($0) }
            guard loads.count == text.count(where: { $0 == "," }) + 1 else { return nil }
        }
        return ascending(loads)
    }

    /// What loads are called: `60% (1.932)` for a share, else the number.
    ///
    /// - Parameters:
    ///   - text: The list as for `loads`.
    ///   - loads: What it came to.
    /// - Returns: One name per load.
    public static func labels(_ text: String, of loads: [Double]) -> [String] {
        guard text.hasSuffix("%") else { return loads.map { decimal($0) } }
        return zip(text.split(separator: ","), loads).map { "\($0) (\(decimal($1)))" }
    }

    private static func ascending(_ loads: [Double]) -> [Double]? {
        guard (1...200).contains(loads.count), loads.allSatisfy(RoutingScenario.loads.contains) else { return nil }
        guard zip(loads, loads.dropFirst()).allSatisfy({ $0 < $1 }) else { return nil }
        return loads
    }

    /// Draws one figure of all loads together: a contender has it once per load.
    ///
    /// - Parameters:
    ///   - comparisons: One per load.
    ///   - name: The figure.
    /// - Returns: A comparison whose figures are named after the loads.
    public func byLoad(_ comparisons: [Comparison], _ name: String) -> Comparison {
        guard let first = comparisons.first else { return Comparison(title: "", seeds: [], contenders: []) }
        return Comparison(
            title: first.title,
            seeds: first.seeds,
            contenders: first.contenders.enumerated().map { index, contender in
                Comparison.Contender(
                    name: contender.name,
                    metrics: zip(labels, comparisons).compactMap { label, comparison in
                        comparison.contenders[index].metric(name).map {
                            MetricSummary(
                                name: "load \(label)",
                                unit: $0.unit,
                                preference: $0.preference,
                                values: $0.values,
                                grows: $0.grows
                            )
                        }
                    }
                )
            }
        )
    }

    /// One figure as a table: a row per load, a column per contender.
    public func table(_ comparisons: [Comparison], _ name: String) -> TextTable {
        let names = comparisons.first?.contenders.map(\.name) ?? []
        return TextTable(
            header: ["load"] + names,
            rows: zip(labels, comparisons).map { label, comparison in
                [label] + comparison.contenders.map { $0.metric(name)?.cell ?? "-" }
            }
        )
    }
}
