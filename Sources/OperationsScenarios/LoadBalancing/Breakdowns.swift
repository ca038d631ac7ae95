internal import Scenarios
internal import TabularLearning

/// Servers that break down and come back, each on its own, whatever is asked of it.
package struct Breakdowns: Hashable, Codable, Sendable {
    /// Breakdowns of a server per unit of time.
    var failureRate: Double
    /// Recoveries of a broken server per unit of time.
    var repairRate: Double
    /// The part of its rate that a broken server keeps: 0 where it fails, more where it only slows down.
    var keptShare: Double

    /// Says how often, in breakdowns and recoveries per unit of time, and what is kept meanwhile.
    package init(failureRate: Double, repairRate: Double, keptShare: Double = 0) {
        (self.failureRate, self.repairRate, self.keptShare) = (failureRate, repairRate, keptShare)
    }

    static let rates = 1e-6...1e3

    func check() throws(ScenarioError) {
        for rate in [failureRate, repairRate] where !Self.rates.contains(rate) {
            throw ScenarioError("servers break down or come back at a rate of \(rate), not within 0.000001...1000")
        }
        guard (0..<1).contains(keptShare) else {
            throw ScenarioError("a broken server that keeps \(keptShare) of its rate: 0 or more, below 1")
        }
    }

    /// The time until a request would be finished that joins a broken server, as far as the numbers of requests tell.
    ///
    /// - Parameters:
    ///   - requests: What it would hold.
    ///   - rate: What it finishes in a unit of time when it is whole.
    /// - Returns: At the rate that it keeps, or when it has come back, whichever is sooner.
    func delay(of requests: Int, rate: Double) -> Double {
        let whole = Double(requests) / rate + 1 / repairRate
        return keptShare > 0 ? min(whole, Double(requests) / (rate * keptShare)) : whole
    }
}

/// There were none before one could ask for them.
enum AbsentBreakdowns: SettingAbsence {
    static var value: Breakdowns? { nil }
}

/// When one server is whole and when it is broken: exponential times in turn, drawn as far as somebody looks.
struct ServerCondition: Sendable {
    private let breakdowns: Breakdowns
    private var generator: SplitMix64
    /// When it breaks down, comes back, breaks down …, ascending; what is over is left out.
    private var changes: [Double] = []
    private var drawnUntil = 0.0
    /// Whether the next of `changes` is a recovery, and of those that are drawn behind them.
    private(set) var isBroken = false
    private var drawsRecovery = false

    /// Creates a server that is whole.
    ///
    /// - Parameters:
    ///   - breakdowns: How often it breaks down.
    ///   - key: Of its random numbers.
    init(_ breakdowns: Breakdowns, key: UInt64) {
        self.breakdowns = breakdowns
        generator = SplitMix64(state: key)
    }

    /// Goes on to an instant, which never goes back.
    mutating func advance(to now: Double) {
        while change(0) <= now {
            changes.removeFirst()
            isBroken.toggle()
        }
    }

    /// When a piece of work is done that begins at an instant not before the last `advance`.
    ///
    /// - Parameters:
    ///   - work: In units of time of a whole server.
    ///   - start: When it begins.
    /// - Returns: When it ends.
    mutating func end(of work: Double, from start: Double) -> Double {
        var (left, instant, index, isBroken) = (work, start, 0, isBroken)
        while change(index) <= instant { (index, isBroken) = (index + 1, !isBroken) }
        while true {
            let speed = isBroken ? breakdowns.keptShare : 1
            let next = change(index)
            if speed > 0, left <= (next - instant) * speed { return instant + left / speed }
            left -= (next - instant) * speed
            (instant, index, isBroken) = (next, index + 1, !isBroken)
        }
    }

    private mutating func change(_ index: Int) -> Double {
        while changes.count <= index {
            let rate = drawsRecovery ? breakdowns.repairRate : breakdowns.failureRate
            drawnUntil += -naturalLogarithm(1 - generator.nextUnit()) / rate
            drawsRecovery.toggle()
            changes.append(drawnUntil)
        }
        return changes[index]
    }
}
