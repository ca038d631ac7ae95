/// The times of a signal: what is physics and what is the safety envelope.
public struct SignalTiming: Sendable, Hashable, Codable {
    /// Seconds of green before a phase may end.
    ///
    /// Default 5 (sumo-rl, SUMO's actuated control).
    public var minimumGreen = 5
    /// Seconds of green after which a phase must end when others wait.
    ///
    /// Default 60 (RESCO, SUMO: 45...60).
    public var maximumGreen = 60
    /// The longest that waiting vehicles see red, in seconds: the guard against starvation.
    ///
    /// Default 120.
    public var maximumRed = 120
    /// Seconds of yellow after green.
    ///
    /// Default 3 (RESCO).
    public var yellow = 3
    /// Seconds in which everybody has red after yellow.
    ///
    /// Default 1 (published set-ups use 0...2).
    public var allRed = 1
    /// Seconds at the beginning of green in which nobody has started yet.
    ///
    /// Default 2 (Highway Capacity Manual).
    public var startUpLostTime = 2
    /// Seconds of yellow in which vehicles still cross.
    ///
    /// Default 1 (measured in SUMO: 1.1 of 3).
    public var usableYellow = 1

    /// Creates the default times.
    public init() {}

    /// The longest maximum green and maximum red that can be given.
    public static let longest = 3600

    /// Raises maximum green and maximum red to an hour: greens and reds of any length.
    public mutating func lift() {
        maximumGreen = Self.longest
        maximumRed = Self.longest
    }

    /// Seconds from the end of one green to the beginning of the next.
    public var changeTime: Int { yellow + allRed }

    /// Seconds of a phase change in which nobody crosses.
    public var lostTime: Int { startUpLostTime + changeTime - usableYellow }

    /// Computes the seconds from a decision to change to the next decision, at the latest.
    ///
    /// - Parameter interval: Seconds between the instants at which decisions are made.
    /// - Returns: A multiple of the interval.
    public func holdTime(interval: Int) -> Int {
        (changeTime + minimumGreen + interval - 1) / interval * interval
    }

    /// Computes the shortest maximum red that leaves a turn for each phase.
    ///
    /// - Parameters:
    ///   - interval: Seconds between the instants at which decisions are made.
    ///   - phaseCount: The phases of an intersection.
    /// - Returns: Seconds.
    public func shortestMaximumRed(interval: Int, phaseCount: Int) -> Int {
        phaseCount * holdTime(interval: interval) + changeTime
    }

    /// Checks that the times fit together.
    ///
    /// - Parameters:
    ///   - interval: Seconds between the instants at which decisions are made.
    ///   - phaseCount: The phases of an intersection: all must get their turn within the maximum red.
    /// - Throws: `ScenarioError`.
    public func check(interval: Int, phaseCount: Int) throws(ScenarioError) {
        guard (1...60).contains(interval) else {
            throw ScenarioError("a decision interval of \(interval) s is not within 1...60 s")
        }
        for (name, value) in [
            ("minimum green", minimumGreen), ("yellow", yellow), ("all-red", allRed),
            ("start-up lost time", startUpLostTime), ("usable yellow", usableYellow),
        ] where !(0...60).contains(value) {
            throw ScenarioError("a \(name) of \(value) s is not within 0...60 s")
        }
        guard usableYellow <= yellow else {
            throw ScenarioError(
                "a usable yellow of \(usableYellow) s is longer than the yellow of \(yellow) s"
            )
        }
        guard maximumGreen >= minimumGreen + interval, maximumGreen <= Self.longest else {
            throw ScenarioError(
                "a maximum green of \(maximumGreen) s is not within \(minimumGreen + interval)...3600 s "
                    + "(minimum green and one decision interval)"
            )
        }
        let needed = shortestMaximumRed(interval: interval, phaseCount: phaseCount)
        guard maximumRed >= needed, maximumRed <= Self.longest else {
            throw ScenarioError(
                "a maximum red of \(maximumRed) s is not within \(needed)...3600 s (a turn for each of \(phaseCount) phases)"
            )
        }
    }
}
