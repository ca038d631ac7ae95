internal import CommandBasics
internal import NodeLaunching
internal import Scenarios
internal import TabularLearning
internal import TrainingRuns
internal import TurnOrders

/// The object that `shardq bench --json` prints; documented in `docs/cli.md`.
struct BenchResult: Encodable {
    struct Spread: Encodable {
        var median: Double
        var minimum: Double
        var maximum: Double

        /// - Returns: `nil` of nothing at all.
        init?(_ values: [Double]) {
            let sorted = values.sorted()
            guard let minimum = sorted.first, let maximum = sorted.last else { return nil }
            (median, self.minimum, self.maximum) = (sorted[sorted.count / 2], minimum, maximum)
        }
    }

    struct Roles: Encodable {
        var master: Double
        var workers: Double
        var broker: Double
        var actors: Double?
    }

    struct Bytes: Encodable {
        var master: UInt64
        var workers: UInt64
        var broker: UInt64
        var actors: UInt64?
    }

    struct Quantiles: Encodable {
        var p50: Double?
        var p99: Double?

        init(_ meter: DurationMeter) {
            p50 = meter.quantile(0.5)
            p99 = meter.quantile(0.99)
        }
    }

    var who = "shardq"
    var scenario: String
    var broker: String
    var workers: Int
    var actors: Int?
    var threads: Int
    var lanes: Int
    var cohorts: Int
    var cohortsPerMessage: Int
    var states: UInt64
    var actions: Int
    /// What follows up to the quantiles is of whole repetitions, and not there without one.
    var transitionsPerSecond: Spread?
    var cpuMicrosecondsPerTransition: Roles?
    var messagesPerSecond: Double?
    var bytesPerTransition: Double?
    var environmentShare: Double?
    var stepMicroseconds: Quantiles
    var roundTripMicroseconds: Quantiles
    var rawRoundTripMicroseconds: Quantiles?
    var peakResidentBytes: Bytes?
    var staleness: Int
    /// There with messages.
    var turns: TurnResult?
    var tableDigest: String?

    /// Summarises the windows of a run.
    init(
        _ run: TrainingRun,
        scenario: String,
        broker: String,
        windows: [BenchSampler.Sample],
        steps: DurationMeter,
        roundTrips: DurationMeter,
        rawRoundTrips: DurationMeter?,
        turns: TurnSchedule?,
        digest: String?
    ) {
        self.scenario = scenario
        self.broker = broker
        workers = broker == "none" ? 0 : run.workers
        actors = run.actors > 0 ? run.actors : nil
        threads = run.threads
        lanes = run.lanes
        cohorts = run.cohorts
        cohortsPerMessage = run.cohortsPerMessage
        states = run.scenario.space.stateCount
        actions = run.scenario.space.actionCount
        staleness = run.parameters.staleness.rawValue
        self.turns = turns.map { TurnResult($0) }
        tableDigest = digest
        stepMicroseconds = Quantiles(steps)
        roundTripMicroseconds = Quantiles(roundTrips)
        rawRoundTripMicroseconds = rawRoundTrips.map(Quantiles.init)
        // Of sums over tiles each transition is an update of every grid.
        let updatesEach = Double(run.scenario.tiles?.tilingCount ?? 1)
        guard let rates = Spread(windows.map({ Double($0.transitions) / updatesEach / $0.seconds })) else { return }
        transitionsPerSecond = rates
        let transitions = max(1, Double(windows.reduce(0) { $0 + $1.transitions }) / updatesEach)
        let seconds = windows.reduce(0) { $0 + $1.seconds }
        let microseconds = (0..<4).map { role in
            windows.reduce(0) { $0 + $1.processorSeconds[role] } * 1e6 / transitions
        }
        cpuMicrosecondsPerTransition = Roles(
            master: microseconds[0],
            workers: microseconds[1],
            broker: microseconds[2],
            actors: actors.map { _ in microseconds[3] }
        )
        notePeaks(windows)
        // What actor processes send and step is not counted here.
        guard actors == nil else { return }
        messagesPerSecond = Double(windows.reduce(0) { $0 + $1.messages }) / max(seconds, 1e-9)
        bytesPerTransition = Double(4 * windows.reduce(0) { $0 + $1.words }) / transitions
        environmentShare =
            windows.reduce(0) { $0 + $1.environmentSeconds } / max(seconds * Double(run.threads), 1e-9)
    }

    private mutating func notePeaks(_ windows: [BenchSampler.Sample]) {
        let peaks = (0..<4).map { role in windows.map { $0.peakMemory[role] }.max() ?? 0 }
        peakResidentBytes = Bytes(
            master: peaks[0],
            workers: peaks[1],
            broker: peaks[2],
            actors: actors.map { _ in peaks[3] }
        )
    }

    /// The figures in words.
    var text: String {
        var lines = [
            "\(scenario), \(states) states × \(actions) actions, \(lanes) lanes × \(cohorts) cohorts, "
                + Self.layout(broker: broker, workers: workers, threads: threads)
                + (actors.map { ", \($0) actors" } ?? "")
        ]
        if let rate = transitionsPerSecond {
            lines.append("transitions/s   \(rate.median.short) (\(rate.minimum.short) to \(rate.maximum.short))")
        }
        if let cpu = cpuMicrosecondsPerTransition {
            lines.append(
                "CPU µs each     master \(cpu.master.short), workers \(cpu.workers.short), broker \(cpu.broker.short)"
                    + (cpu.actors.map { ", actors \($0.short)" } ?? "")
            )
        }
        if let messagesPerSecond, let bytesPerTransition {
            lines.append(
                "messages/s      \(messagesPerSecond.short), \(bytesPerTransition.short) bytes per transition sent"
            )
        }
        if let environmentShare {
            lines.append("environment     \((100 * environmentShare).short)% of the time")
        }
        lines += Self.line("step µs        ", stepMicroseconds)
        lines += Self.line("round trip µs  ", roundTripMicroseconds)
        lines += Self.line("raw, broker µs ", rawRoundTripMicroseconds)
        if let memory = peakResidentBytes {
            lines.append(
                "peak MiB        master \(Self.mebibytes(memory.master)), workers \(Self.mebibytes(memory.workers)), "
                    + "broker \(Self.mebibytes(memory.broker))"
                    + (memory.actors.map { ", actors \(Self.mebibytes($0))" } ?? "")
            )
        }
        return lines.joined(separator: "\n")
    }

    /// Who does the work, in words.
    static func layout(broker: String, workers: Int, threads: Int) -> String {
        guard broker == "none" else { return "\(workers) workers, broker \(broker)" }
        return threads == 1 ? "one thread, no messages" : "\(threads) threads, no messages"
    }

    private static func line(_ title: String, _ quantiles: Quantiles?) -> [String] {
        guard let p50 = quantiles?.p50, let p99 = quantiles?.p99 else { return [] }
        return ["\(title) p50 \(p50.short), p99 \(p99.short)"]
    }

    private static func mebibytes(_ bytes: UInt64) -> UInt64 { (bytes + 1 << 19) >> 20 }
}
