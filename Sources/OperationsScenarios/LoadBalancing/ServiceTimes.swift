internal import Evaluation

/// What came of the requests of one run.
struct ServiceTimes: RunMetrics {
    /// The time from arrival to end of each request that was served, sorted at the end.
    private(set) var latencies: [Double] = []
    private var dropped = 0
    private var start = 0.0
    private var duration = 0.0
    private var busy: [Double] = []

    /// Begins to measure.
    mutating func begin(at now: Double, busy: [Double]) { (start, self.busy) = (now, busy) }

    /// Notes a request; `nil` for one that was turned away.
    mutating func note(_ latency: Double?) {
        if let latency { latencies.append(latency) } else { dropped += 1 }
    }

    /// Ends.
    mutating func end(at now: Double, busy: [Double]) {
        duration = now - start
        self.busy = zip(busy, self.busy).map { $0 - $1 }
        latencies.sort()
    }

    /// The value that a share of sorted ones does not exceed.
    static func quantile(_ share: Double, of sorted: [Double]) -> Double {
        guard !sorted.isEmpty else { return 0 }
        return sorted[min(sorted.count - 1, Int(share * Double(sorted.count)))]
    }

    private var mean: Double { latencies.reduce(0, +) / Double(max(1, latencies.count)) }

    /// Jain's index of the time that servers work: 1 when all work alike, 1 / n when one does it all.
    private var fairness: Double {
        let (sum, squares) = (busy.reduce(0, +), busy.reduce(0) { $0 + $1 * $1 })
        return squares == 0 ? 1 : sum * sum / (Double(busy.count) * squares)
    }

    static let figures = [
        RunFigure<Self>(name: "latency", unit: "time", preference: .lower) { $0.mean },
        RunFigure<Self>(name: "p50", unit: "time", preference: .lower) { quantile(0.5, of: $0.latencies) },
        RunFigure<Self>(name: "p99", unit: "time", preference: .lower) { quantile(0.99, of: $0.latencies) },
        RunFigure<Self>(name: "p99.9", unit: "time", preference: .lower) { quantile(0.999, of: $0.latencies) },
        RunFigure<Self>(name: "dropped", unit: "1/1000", preference: .lower) {
            1000 * Double($0.dropped) / Double(max(1, $0.dropped + $0.latencies.count))
        },
        RunFigure<Self>(name: "fairness", unit: "", preference: .none) { $0.fairness },
    ]
}
