internal import Evaluation
internal import Foundation

/// An axis as it is drawn: what of it is shown, where its ticks are, and where a value comes to lie.
struct DrawnAxis: Sendable, Hashable {
    /// A place with its number.
    struct Tick: Sendable, Hashable {
        let value: Double
        let text: String
    }

    /// The first value shown.
    let lower: Double
    /// The last value shown, above the first.
    let upper: Double
    /// Whether equal distances are equal factors.
    let isLogarithmic: Bool
    /// Where numbers stand.
    let ticks: [Tick]

    /// Fits an axis to data.
    ///
    /// - Parameters:
    ///   - axis: The axis; bounds that it names are kept.
    ///   - values: The data along it; what is not finite, or has no logarithm, says nothing.
    ///   - count: About so many ticks.
    init(_ axis: Chart.Axis, _ values: [Double], tickCount count: Int) {
        isLogarithmic = axis.isLogarithmic
        let shown = values.filter { $0.isFinite && (!axis.isLogarithmic || $0 > 0) && $0.magnitude < 1e300 }
        func bound(_ value: Double?) -> Double? {
            value.flatMap { $0.isFinite && (!axis.isLogarithmic || $0 > 0) ? $0 : nil }
        }
        var low = bound(axis.lower) ?? shown.min() ?? (axis.isLogarithmic ? 1 : 0)
        var high = bound(axis.upper) ?? shown.max() ?? low
        if high <= low { (low, high) = Self.widened(low, axis) }
        guard !axis.isLogarithmic else {
            (lower, upper, ticks) = (low, high, Self.decades(low, high))
            return
        }
        let step = Self.step(over: high - low, count: count)
        if bound(axis.lower) == nil { low = (low / step + 1e-9).rounded(.down) * step }
        if bound(axis.upper) == nil { high = (high / step - 1e-9).rounded(.up) * step }
        (lower, upper) = (low, high)
        ticks = Self.multiples(of: step, low, high)
    }

    /// The share of the axis at which a value lies; outside 0...1 beyond its ends.
    func share(_ value: Double) -> Double {
        let share =
            isLogarithmic
            ? value > 0 ? log(value / lower) / log(upper / lower) : -1 : (value - lower) / (upper - lower)
        return min(1e4, max(-1e4, share))
    }

    private static func widened(_ value: Double, _ axis: Chart.Axis) -> (Double, Double) {
        if axis.isLogarithmic { return (value / 2, value * 2) }
        let half = max(value.magnitude * 0.1, 0.5)
        return axis.lower == nil ? (value - half, value + half) : (value, value + 2 * half)
    }

    /// 1, 2 or 5 times a power of ten.
    private static func step(over length: Double, count: Int) -> Double {
        let rough = length / Double(max(1, count))
        let power = pow(10, floor(log10(rough)))
        let factor = rough / power
        return power * (factor <= 1.001 ? 1 : factor <= 2.001 ? 2 : factor <= 5.001 ? 5 : 10)
    }

    private static func multiples(of step: Double, _ low: Double, _ high: Double) -> [Tick] {
        let places = min(9, max(0, Int(ceil(-log10(step) - 1e-9))))
        let first = (low / step - 1e-6).rounded(.up)
        return (0..<40).compactMap { index in
            let value = (first + Double(index)) * step
            guard value <= high + 1e-6 * step else { return nil }
            return Tick(value: value, text: decimal(value, places: places))
        }
    }

    /// Powers of ten, and twice and five times those where there are few of them.
    private static func decades(_ low: Double, _ high: Double) -> [Tick] {
        let powers: ClosedRange<Int> = Int(floor(log10(low)))...Int(ceil(log10(high)))
        let factors: [Double] = powers.count <= 3 ? [1, 2, 5] : [1]
        let every = max(1, powers.count / 7)
        var ticks: [Tick] = []
        for power in powers where power % every == 0 {
            for factor in factors {
                let value: Double = factor * pow(10, Double(power))
                guard value >= low * 0.999, value <= high * 1.001 else { continue }
                let isLong = value >= 1e6 || value < 1e-3
                ticks.append(Tick(value: value, text: isLong ? "\(Int(factor))e\(power)" : decimal(value)))
            }
        }
        return ticks
    }
}
