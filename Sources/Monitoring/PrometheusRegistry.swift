public import CoreMetrics
internal import Synchronization

/// A backend of swift-metrics that keeps every instrument in memory and writes them in Prometheus' text format.
///
/// Counters become counters, meters and gauges gauges, timers histograms in seconds, and other recorders summaries of sum
/// and count. Instruments of one name and the same labels are one instrument.
public final class PrometheusRegistry: MetricsFactory, Sendable {
    private let families = Mutex<[String: Family]>([:])
    private let help: [String: String]
    private let buckets: [Double]

    /// The instruments of one name.
    struct Family {
        let kind: Instrument.Kind
        var instruments: [Labels: Instrument] = [:]
    }

    /// The upper bounds of a timer's buckets in seconds: 50 µs to 30 s, two to three in a decade.
    public static let durations: [Double] = [
        0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30,
    ]

    /// Creates a registry without instruments.
    ///
    /// - Parameters:
    ///   - help: A sentence for each metric's name.
    ///   - buckets: The upper bounds of a timer's buckets in seconds, ascending.
    public init(help: [String: String] = [:], buckets: [Double] = durations) {
        self.help = help
        self.buckets = buckets
    }

    /// All instruments in Prometheus' text format, version 0.0.4, names and labels in order.
    public var exposition: String {
        let families = families.withLock { $0 }
        var text = ""
        for (name, family) in families.sorted(by: { $0.key < $1.key }) {
            Exposition.write(family, named: name, help: help[name], to: &text)
        }
        return text
    }

    /// Makes a counter.
    public func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        instrument(.counter, label, dimensions) { .counter(CountingCell()) }.counting
    }

    /// Makes a counter of fractions.
    public func makeFloatingPointCounter(
        label: String,
        dimensions: [(String, String)]
    ) -> any FloatingPointCounterHandler {
        instrument(.fractionCounter, label, dimensions) { .fractionCounter(FractionCell()) }.fraction
    }

    /// Makes a gauge.
    public func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        instrument(.gauge, label, dimensions) { .gauge(GaugeCell()) }.gauge
    }

    /// Makes a gauge, or a summary where the values are to be aggregated.
    public func makeRecorder(label: String, dimensions: [(String, String)], aggregate: Bool) -> any RecorderHandler {
        guard aggregate else { return instrument(.gauge, label, dimensions) { .gauge(GaugeCell()) }.gauge }
        return instrument(.summary, label, dimensions) { .summary(DistributionCell(bounds: [])) }.distribution
    }

    /// Makes a histogram in seconds.
    public func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        instrument(.histogram, label, dimensions) { [buckets] in .histogram(DistributionCell(bounds: buckets)) }
            .distribution
    }

    /// Forgets a counter.
    public func destroyCounter(_ handler: any CounterHandler) { remove(handler) }

    /// Forgets a counter of fractions.
    public func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) { remove(handler) }

    /// Forgets a gauge.
    public func destroyMeter(_ handler: any MeterHandler) { remove(handler) }

    /// Forgets a recorder.
    public func destroyRecorder(_ handler: any RecorderHandler) { remove(handler) }

    /// Forgets a timer.
    public func destroyTimer(_ handler: any TimerHandler) { remove(handler) }

    /// Finds or makes an instrument; a name has one kind for ever, which the caller's code has to see to.
    private func instrument(
        _ kind: Instrument.Kind,
        _ label: String,
        _ dimensions: [(String, String)],
        _ make: () -> Instrument
    ) -> Instrument {
        let (name, labels) = (MetricName.sound(label), Labels(dimensions))
        return families.withLock { families in
            var family = families[name] ?? Family(kind: kind)
            precondition(family.kind == kind, "metric \(name) is a \(family.kind), and cannot be a \(kind) as well")
            if let known = family.instruments[labels] { return known }
            let instrument = make()
            family.instruments[labels] = instrument
            families[name] = family
            return instrument
        }
    }

    private func remove(_ handler: AnyObject) {
        families.withLock { families in
            for (name, family) in families {
                let left = family.instruments.filter { $0.value.cell !== handler }
                families[name] = left.isEmpty ? nil : Family(kind: family.kind, instruments: left)
            }
        }
    }
}
