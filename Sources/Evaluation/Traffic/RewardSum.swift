public import Scenarios

/// Adds up what signals would be rewarded with, whoever controls them.
package struct RewardSum: Sendable {
    private let interval: Int
    private let count: Int
    private var meter: RewardMeter
    private var sum = 0.0
    private var intervals = 0

    /// Begins with an episode; `nil` where the delay says it already.
    package init?(_ settings: TrafficScenario, signalCount: Int) {
        guard settings.hasOwnReward else { return nil }
        interval = settings.decisionInterval
        count = signalCount
        meter = RewardMeter(settings.reward, scale: settings.rewardScale, laneCount: signalCount)
    }

    /// The mean reward of an interval and a signal.
    package var mean: Double { sum / Double(max(1, intervals * count)) }

    /// Takes up an interval where one ends.
    ///
    /// - Parameters:
    ///   - second: Simulated so far.
    ///   - figures: Looks at a signal for what is wanted.
    package mutating func note(
        second: Int,
        _ figures: (_ signal: Int, _ wanted: JunctionFigures.Wanted) -> JunctionFigures
    ) {
        guard second % interval == 0 else { return }
        for signal in 0..<count { sum += Double(meter.reward(figures(signal, meter.wanted), lane: signal)) }
        intervals += 1
    }
}

/// What came of a run whose signals may have a reward of their own.
public protocol RewardedMetrics: RunMetrics {
    /// The mean reward of an interval and a signal, where that is something else than the delay; `nil` elsewhere.
    var reward: Double? { get }
    /// What became of the detectors; `nil` where all work, and for who does not look.
    var detectors: DetectorTally? { get }
    /// What came of the kinds of vehicles that are told apart, in the order of the scenario's.
    var kinds: [KindTally] { get }
}

extension RewardedMetrics {
    /// What the signals of a scenario are rewarded with, where the delay does not say it already.
    public static func ownReward(_ settings: TrafficScenario) -> [RunFigure<Self>] {
        guard settings.hasOwnReward else { return [] }
        return [RunFigure(name: "reward", unit: "", preference: .higher) { $0.reward ?? 0 }]
    }

    /// The delay of each kind of vehicle that is told apart.
    public static func ofKinds(_ settings: TrafficScenario) -> [RunFigure<Self>] {
        settings.kinds.enumerated().map { index, kind in
            RunFigure(name: "delay of \(kind.name)", unit: "s/vehicle", preference: .lower) {
                $0.kinds.indices.contains(index) ? $0.kinds[index].delay : 0
            }
        }
    }

    /// What broken detectors add: the share of them, and the share of the time in which the fixed plan chose instead.
    public static var ofDetectors: [RunFigure<Self>] {
        [
            RunFigure(name: "broken detectors", unit: "", preference: .lower) { $0.detectors?.brokenShare ?? 0 },
            RunFigure(name: "on fixed plan", unit: "", preference: .lower) { $0.detectors?.planShare ?? 0 },
        ]
    }
}
