internal import TabularLearning

/// How many vehicles want to enter a network, where and when.
public struct TrafficDemand: Sendable, Hashable, Codable {
    /// How the arrivals of an entry are spread over the seconds.
    public enum Arrivals: String, Sendable, Hashable, Codable, CaseIterable {
        /// Independent Poisson counts each second.
        case poisson
        /// At most one vehicle a second, with the probability that gives the flow.
        case binomial
        /// Equal headways: the deterministic case of the textbook formulas.
        case uniform
    }

    /// A stretch of time with its own flows.
    public struct Period: Sendable, Hashable, Codable {
        /// Its length in seconds, at least 1.
        public var seconds: Int
        /// Vehicles per hour at each entry of the north-south axis.
        public var northSouth: Double
        /// Vehicles per hour at each entry of the east-west axis.
        public var eastWest: Double

        /// Creates a period.
        public init(seconds: Int, northSouth: Double, eastWest: Double) {
            self.seconds = seconds
            self.northSouth = northSouth
            self.eastWest = eastWest
        }

        /// The flow of an axis, vehicles per hour and entry.
        public func flow(_ axis: RoadNetwork.Axis) -> Double {
            axis == .northSouth ? northSouth : eastWest
        }
    }

    /// The periods of an episode, repeated when it is longer.
    public var periods: [Period]
    /// The kind of arrivals.
    public var arrivals: Arrivals

    /// Creates a demand.
    public init(periods: [Period], arrivals: Arrivals = .poisson) {
        self.periods = periods
        self.arrivals = arrivals
    }

    /// The same flow at every entry all the time.
    public static func steady(_ flow: Double, arrivals: Arrivals = .poisson) -> Self {
        Self(periods: [Period(seconds: 3600, northSouth: flow, eastWest: flow)], arrivals: arrivals)
    }

    /// A heavy axis that changes every quarter of an hour: 1.4 and 0.6 times the flow.
    public static func alternating(_ flow: Double) -> Self {
        Self(periods: [
            Period(seconds: 900, northSouth: 1.4 * flow, eastWest: 0.6 * flow),
            Period(seconds: 900, northSouth: 0.6 * flow, eastWest: 1.4 * flow),
        ])
    }

    /// A rush hour: 0.6, 1, 1.4 and again 1 times the flow, a quarter of an hour each.
    public static func rushHour(_ flow: Double) -> Self {
        Self(periods: [0.6, 1, 1.4, 1].map { Period(seconds: 900, northSouth: $0 * flow, eastWest: $0 * flow) })
    }

    /// The flow of an axis averaged over the periods, vehicles per hour and entry.
    public func meanFlow(_ axis: RoadNetwork.Axis) -> Double {
        let seconds = periods.reduce(0) { $0 + $1.seconds }
        return periods.reduce(0) { $0 + $1.flow(axis) * Double($1.seconds) } / Double(max(1, seconds))
    }

    func check() throws(ScenarioError) {
        guard (1...10_000).contains(periods.count) else {
            throw ScenarioError("a demand of \(periods.count) periods is not one of 1...10000")
        }
        for period in periods {
            guard (1...31_622_400).contains(period.seconds) else {
                throw ScenarioError("a demand period of \(period.seconds) s is not within a second and a year")
            }
            for axis in RoadNetwork.Axis.allCases where !(0...3600).contains(period.flow(axis)) {
                throw ScenarioError(
                    "a flow of \(period.flow(axis)) vehicles per hour and entry is not within 0...3600"
                )
            }
        }
    }
}

/// A demand made ready for drawing: what arrives at an entry in a second depends on its key and the second alone.
struct ArrivalSampler: Sendable {
    private enum Law: Sendable {
        case poisson(Poisson)
        case binomial(threshold: UInt64)
        case uniform(perSecond: Double)
    }

    private let ends: [Int]
    private let laws: [Law]

    init(_ demand: TrafficDemand) {
        var end = 0
        ends = demand.periods.map {
            end += $0.seconds
            return end
        }
        laws = demand.periods.flatMap { period in
            RoadNetwork.Axis.allCases.map { axis in
                let perSecond = period.flow(axis) / 3600
                return switch demand.arrivals {
                case .poisson: .poisson(Poisson(mean: perSecond))
                case .binomial: .binomial(threshold: perSecond >= 1 ? .max : UInt64(perSecond * 0x1p64))
                case .uniform: .uniform(perSecond: perSecond)
                }
            }
        }
    }

    /// The period of a second of an episode.
    func period(at second: Int) -> Int {
        if ends.count == 1 { return 0 }
        let second = second % ends[ends.count - 1]
        var period = 0
        while second >= ends[period] { period += 1 }
        return period
    }

    /// Draws the vehicles that arrive at an entry in one second.
    func sample(period: Int, axis: RoadNetwork.Axis, key: UInt64, second: Int) -> Int {
        var generator = SplitMix64(state: key &+ SplitMix64.increment &* UInt64(second))
        switch laws[period * RoadNetwork.Axis.allCases.count + axis.rawValue] {
        case .poisson(let poisson):
            return poisson.sample(&generator)
        case .binomial(let threshold):
            return generator.next() < threshold ? 1 : 0
        case .uniform(let perSecond):
            return Int(Double(second + 1) * perSecond) - Int(Double(second) * perSecond)
        }
    }
}
