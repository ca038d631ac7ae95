internal import CoreMetrics
internal import Synchronization

/// One instrument: a name with certain labels.
enum Instrument {
    case counter(CountingCell)
    case fractionCounter(FractionCell)
    case gauge(GaugeCell)
    case summary(DistributionCell)
    case histogram(DistributionCell)

    enum Kind { case counter, fractionCounter, gauge, summary, histogram }

    var cell: AnyObject {
        switch self {
        case .counter(let cell): cell
        case .fractionCounter(let cell): cell
        case .gauge(let cell): cell
        case .summary(let cell), .histogram(let cell): cell
        }
    }

    var counting: CountingCell {
        guard case .counter(let cell) = self else { preconditionFailure("the registry checks the kind") }
        return cell
    }

    var fraction: FractionCell {
        guard case .fractionCounter(let cell) = self else { preconditionFailure("the registry checks the kind") }
        return cell
    }

    var gauge: GaugeCell {
        guard case .gauge(let cell) = self else { preconditionFailure("the registry checks the kind") }
        return cell
    }

    var distribution: DistributionCell {
        switch self {
        case .summary(let cell), .histogram(let cell): return cell
        case .counter, .fractionCounter, .gauge: preconditionFailure("the registry checks the kind")
        }
    }
}

/// A counter of whole numbers; one atomic addition each.
final class CountingCell: CounterHandler, Sendable {
    private let count = Atomic<Int64>(0)

    var value: Int64 { count.load(ordering: .relaxed) }

    /// A counter never falls: what is not positive changes nothing.
    func increment(by amount: Int64) {
        guard amount > 0 else { return }
        count.wrappingAdd(amount, ordering: .relaxed)
    }

    func reset() { count.store(0, ordering: .relaxed) }
}

/// A counter of fractions.
final class FractionCell: FloatingPointCounterHandler, Sendable {
    private let total = Mutex(0.0)

    var value: Double { total.withLock { $0 } }

    func increment(by amount: Double) {
        guard amount > 0, amount.isFinite else { return }
        total.withLock { $0 += amount }
    }

    func reset() { total.withLock { $0 = 0 } }
}

/// A number that goes up and down.
final class GaugeCell: MeterHandler, RecorderHandler, Sendable {
    private let current = Mutex(0.0)

    var value: Double { current.withLock { $0 } }

    func set(_ value: Int64) { set(Double(value)) }
    func set(_ value: Double) { current.withLock { $0 = value } }
    func increment(by amount: Double) { current.withLock { $0 += amount } }
    func decrement(by amount: Double) { current.withLock { $0 -= amount } }
    func record(_ value: Int64) { set(Double(value)) }
    func record(_ value: Double) { set(value) }
}

/// How often values fell into each of some buckets, and their sum.
final class DistributionCell: TimerHandler, RecorderHandler, Sendable {
    /// The upper bounds of the buckets, ascending; what is above the last is in none of them.
    let bounds: [Double]
    private let state: Mutex<State>

    struct State {
        /// For each bound the number of values up to it and above the one before.
        var counts: [UInt64]
        var total: UInt64 = 0
        var sum = 0.0
    }

    init(bounds: [Double]) {
        self.bounds = bounds
        state = Mutex(State(counts: Array(repeating: 0, count: bounds.count)))
    }

    var values: State { state.withLock { $0 } }

    func recordNanoseconds(_ duration: Int64) { record(Double(duration) * 1e-9) }
    func record(_ value: Int64) { record(Double(value)) }

    func record(_ value: Double) {
        let bucket = bounds.firstIndex { value <= $0 }
        state.withLock { state in
            if let bucket { state.counts[bucket] += 1 }
            state.total += 1
            state.sum += value
        }
    }
}
