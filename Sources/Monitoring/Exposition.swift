/// Prometheus' text format, version 0.0.4.
enum Exposition {
    /// The media type of the format.
    static let mediaType = "text/plain; version=0.0.4; charset=utf-8"

    /// Appends one metric with all its instruments.
    static func write(_ family: PrometheusRegistry.Family, named name: String, help: String?, to text: inout String) {
        if let help { text += "# HELP \(name) \(escape(help: help))\n" }
        text += "# TYPE \(name) \(type(of: family.kind))\n"
        for (labels, instrument) in family.instruments.sorted(by: { $0.key < $1.key }) {
            write(instrument, name, labels, to: &text)
        }
    }

    private static func type(of kind: Instrument.Kind) -> String {
        switch kind {
        case .counter, .fractionCounter: "counter"
        case .gauge: "gauge"
        case .summary: "summary"
        case .histogram: "histogram"
        }
    }

    private static func write(_ instrument: Instrument, _ name: String, _ labels: Labels, to text: inout String) {
        switch instrument {
        case .counter(let cell): text += "\(name)\(labels) \(cell.value)\n"
        case .fractionCounter(let cell): text += "\(name)\(labels) \(number(cell.value))\n"
        case .gauge(let cell): text += "\(name)\(labels) \(number(cell.value))\n"
        case .summary(let cell):
            let values = cell.values
            text += "\(name)_sum\(labels) \(number(values.sum))\n\(name)_count\(labels) \(values.total)\n"
        case .histogram(let cell):
            let values = cell.values
            var below: UInt64 = 0
            for (bound, count) in zip(cell.bounds, values.counts) {
                below += count
                text += "\(name)_bucket\(labels.with("le", number(bound))) \(below)\n"
            }
            text += "\(name)_bucket\(labels.with("le", "+Inf")) \(values.total)\n"
            text += "\(name)_sum\(labels) \(number(values.sum))\n\(name)_count\(labels) \(values.total)\n"
        }
    }

    /// A number as the format writes it.
    static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        guard value.isFinite else { return value > 0 ? "+Inf" : "-Inf" }
        guard let whole = Int64(exactly: value) else { return "\(value)" }
        return "\(whole)"
    }

    private static func escape(help: String) -> String {
        help.replacing("\\", with: "\\\\").replacing("\n", with: "\\n")
    }
}

/// The labels of an instrument, ascending by name.
struct Labels: Hashable, Comparable, CustomStringConvertible {
    private var pairs: [Pair]

    private struct Pair: Hashable {
        let name: String
        let value: String
    }

    init(_ dimensions: [(String, String)]) {
        pairs = dimensions.map { Pair(name: MetricName.sound($0.0), value: $0.1) }.sorted { $0.name < $1.name }
    }

    /// These labels and another one behind them.
    func with(_ name: String, _ value: String) -> Self {
        var labels = self
        labels.pairs.append(Pair(name: name, value: value))
        return labels
    }

    var description: String {
        guard !pairs.isEmpty else { return "" }
        return "{" + pairs.map { "\($0.name)=\"\(Self.escape($0.value))\"" }.joined(separator: ",") + "}"
    }

    static func < (one: Self, other: Self) -> Bool {
        let (values, others) = (one.pairs.map(\.value), other.pairs.map(\.value))
        // Numbers, such as those of shards, in their own order.
        let (numbers, otherNumbers) = (values.map { Int($0) ?? .max }, others.map { Int($0) ?? .max })
        return numbers == otherNumbers
            ? values.lexicographicallyPrecedes(others) : numbers.lexicographicallyPrecedes(otherNumbers)
    }

    private static func escape(_ value: String) -> String {
        value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
    }
}

/// Names of metrics and labels.
enum MetricName {
    /// A name with every character that the format does not allow replaced by an underscore.
    static func sound(_ name: String) -> String {
        let text = String(
            name.map { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_" || $0 == ":") ? $0 : "_" }
        )
        return text.first?.isNumber ?? true ? "_" + text : text
    }
}
