internal import Scenarios
internal import TabularLearning

/// The object that `shardq bench --json` prints; documented in `docs/cli.md`.
struct BenchResult: Encodable {
    struct Spread: Encodable {
        var median: Double
        var minimum: Double
        var maximum: Double

        init(_ values: [Double]) {
            let sorted = values.sorted()
            median = sorted.isEmpty ? 0 : sorted[sorted.count / 2]
            minimum = sorted.first ?? 0
            maximum = sorted.last ?? 0
        }
    }

    struct Roles: Encodable {
        var master: Double
        var workers: Double
        var broker: Double
    }

    struct RoundTrip: Encodable {
        var p50: Double?
        var p99: Double?
    }

    var who = "shardq"
    var scenario: String
    var broker: String
    var workers: Int
    var lanes: Int
    var cohorts: Int
    var states: UInt64
    var actions: Int
    var transitionsPerSecond: Spread
    var cpuMicrosecondsPerTransition: Roles
    var messagesPerSecond: Double
    var bytesPerTransition: Double
    var roundTripMicroseconds: RoundTrip
    var staleness: Int
    var tableDigest: String?

    /// Summarises the windows of a run.
    init(
        _ run: TrainingRun,
        scenario: String,
        broker: String,
        windows: [BenchSampler.Sample],
        meter: RoundTripMeter,
        digest: String?
    ) {
        self.scenario = scenario
        self.broker = broker
        workers = broker == "none" ? 0 : run.workers
        lanes = run.lanes
        cohorts = run.cohorts
        states = run.scenario.space.stateCount
        actions = run.scenario.space.actionCount
        staleness = run.parameters.staleness.rawValue
        tableDigest = digest
        transitionsPerSecond = Spread(windows.map { Double($0.transitions) / $0.seconds })
        let transitions = Double(max(1, windows.reduce(0) { $0 + $1.transitions }))
        let seconds = windows.reduce(0) { $0 + $1.seconds }
        let microseconds = (0..<3).map { role in
            windows.reduce(0) { $0 + $1.processorSeconds[role] } * 1e6 / transitions
        }
        cpuMicrosecondsPerTransition = Roles(
            master: microseconds[0],
            workers: microseconds[1],
            broker: microseconds[2]
        )
        messagesPerSecond = Double(windows.reduce(0) { $0 + $1.messages }) / max(seconds, 1e-9)
        bytesPerTransition = Double(4 * windows.reduce(0) { $0 + $1.words }) / transitions
        roundTripMicroseconds = RoundTrip(p50: meter.quantile(0.5), p99: meter.quantile(0.99))
    }

    /// The figures in words.
    var text: String {
        let rate = transitionsPerSecond
        let cpu = cpuMicrosecondsPerTransition
        var lines = [
            "\(scenario), \(states) states × \(actions) actions, \(lanes) lanes × \(cohorts) cohorts, "
                + "\(workers) workers, broker \(broker)",
            "transitions/s   \(rate.median.short) (\(rate.minimum.short) to \(rate.maximum.short))",
            "CPU µs each     master \(cpu.master.short), workers \(cpu.workers.short), broker \(cpu.broker.short)",
            "messages/s      \(messagesPerSecond.short), \(bytesPerTransition.short) bytes per transition sent",
        ]
        if let p50 = roundTripMicroseconds.p50, let p99 = roundTripMicroseconds.p99 {
            lines.append("round trip µs   p50 \(p50.short), p99 \(p99.short)")
        }
        return lines.joined(separator: "\n")
    }
}
