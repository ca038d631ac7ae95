/// A condition on a comparison that a build can be made to depend on: `delay(learned) <= 0.9 * delay(fixed)`.
///
///     requirement = side ("<=" | "<") side
///     side        = number | [number "*"] term
///     term        = contender | metric "(" contender ")"
///
/// What is compared are the means over the seeds. A side without a metric takes the other side's; without any, the
/// comparison's principal one. Blanks in the names of metrics are written as hyphens: `never-inserted(learned) <= 0`.
public struct Requirement: Sendable, Hashable {
    /// How the sides are compared.
    public enum Relation: String, Sendable, Hashable {
        /// The left side is at most the right one.
        case atMost = "<="
        /// The left side is less than the right one.
        case below = "<"
    }

    /// One side of the condition.
    public enum Side: Sendable, Hashable {
        /// A number.
        case number(Double)
        /// A contender's mean, times a factor, in a metric or in the one that the other side or the comparison names.
        case term(factor: Double, metric: String?, contender: String)
    }

    /// The condition as it was written.
    public let text: String
    /// The left side.
    public let left: Side
    /// How the sides are compared.
    public let relation: Relation
    /// The right side.
    public let right: Side

    /// What a condition has come to, with the figures that decided.
    public struct Finding: Sendable, Hashable {
        /// The condition as it was written.
        public let requirement: String
        /// Whether it holds.
        public let holds: Bool
        /// The left side's value.
        public let left: Double
        /// The right side's value.
        public let right: Double
        /// The metric in which the sides were compared.
        public let metric: String
        /// Its unit.
        public let unit: String
        /// Left minus right seed by seed, where both sides are contenders.
        public let difference: ConfidenceInterval?

        /// One line for people.
        public var description: String {
            let unit = unit.isEmpty ? "" : " \(unit)"
            var line = "\(requirement): \(metric) \(decimal(left)) against \(decimal(right))\(unit)"
            if let difference, let half = difference.halfWidth {
                line += ", difference \(signed(difference.mean)) ± \(decimal(half))"
            }
            return line + (holds ? ": holds" : ": does not hold")
        }
    }

    /// Looks the condition's figures up.
    ///
    /// - Parameter comparison: Contenders with the same metrics.
    /// - Returns: Whether the condition holds.
    /// - Throws: `RequirementError` that names the contenders or metrics there are.
    public func check(_ comparison: Comparison) throws(RequirementError) -> Finding {
        let metric = try metric(in: comparison)
        let (leftValues, rightValues) = (
            try values(of: left, metric.name, in: comparison), try values(of: right, metric.name, in: comparison)
        )
        let (leftMean, rightMean) = (mean(leftValues), mean(rightValues))
        var difference: ConfidenceInterval?
        if leftValues.count == rightValues.count, leftValues.count > 1 {
            difference = ConfidenceInterval(zip(leftValues, rightValues).map { $0 - $1 })
        }
        return Finding(
            requirement: text,
            holds: !grows(left, metric.name, in: comparison)
                && (grows(right, metric.name, in: comparison)
                    || (relation == .atMost ? leftMean <= rightMean : leftMean < rightMean)),
            left: leftMean,
            right: rightMean,
            metric: metric.name,
            unit: metric.unit,
            difference: difference
        )
    }

    /// Whether a side is a figure in overload: more than any number, and not less than another one.
    private func grows(_ side: Side, _ metric: String, in comparison: Comparison) -> Bool {
        guard case .term(_, _, let name) = side else { return false }
        return comparison.contender(name)?.metric(metric)?.grows == true
    }

    private func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }

    private func metric(in comparison: Comparison) throws(RequirementError) -> MetricSummary {
        let metrics = comparison.contenders.first?.metrics ?? []
        let named = [left, right].compactMap { side in
            if case .term(_, let metric?, _) = side { metric } else { nil }
        }
        guard let name = named.first else {
            guard let principal = comparison.principalMetric else {
                throw RequirementError("\(text): there is nothing to compare")
            }
            return principal
        }
        guard named.allSatisfy({ $0 == name }) else {
            throw RequirementError("\(text): compares \(named[0]) with \(named[1]); both sides need the same metric")
        }
        guard let metric = metrics.first(where: { Self.hyphenated($0.name) == Self.hyphenated(name) }) else {
            let known = metrics.map { Self.hyphenated($0.name) }.joined(separator: ", ")
            throw RequirementError("\(text): there is no metric \(name); there are \(known)")
        }
        return metric
    }

    private func values(
        of side: Side,
        _ metric: String,
        in comparison: Comparison
    ) throws(RequirementError) -> [Double] {
        switch side {
        case .number(let value): return [value]
        case .term(let factor, _, let name):
            guard let values = comparison.contender(name)?.metric(metric)?.values else {
                let known = comparison.contenders.map(\.name).joined(separator: ", ")
                throw RequirementError("\(text): there is no contender \(name); there are \(known)")
            }
            return values.map { factor * $0 }
        }
    }

    private static func hyphenated(_ name: String) -> String {
        String(name.map { $0 == " " ? "-" : $0 })
    }
}

/// What is wrong with a requirement, and what would be right.
public struct RequirementError: Error, Sendable, Hashable, CustomStringConvertible {
    /// One sentence.
    public let description: String

    init(_ description: String) { self.description = description }
}
