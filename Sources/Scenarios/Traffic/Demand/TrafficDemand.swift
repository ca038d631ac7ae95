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
        /// Poisson counts whose mean is high for a part of each cycle of a signal outside: see `Platoons`.
        case platooned
    }

    /// The signal outside the network that makes platoons of the vehicles of an entry.
    ///
    /// Each entry has one; when its cycle begins depends on the entry, the replica and the seed.
    public struct Platoons: Sendable, Hashable, Codable {
        /// Seconds from platoon to platoon.
        ///
        /// Default 90 (SUMO's cycle).
        public var cycle = 90
        /// Seconds that a platoon takes to pass, below `cycle`.
        ///
        /// Default 30.
        public var length = 30
        /// The share of the vehicles that come in platoons; the others turned in from elsewhere.
        ///
        /// Default 0.8, that is 2.4 times the mean flow while a platoon of the default length passes.
        public var share = 0.8

        /// Creates the default platoons.
        public init() {}
    }

    /// A stretch of time with its own flows.
    public struct Period: Sendable, Hashable, Codable {
        /// Its length in seconds, at least 1.
        public var seconds: Int
        /// Vehicles per hour at each entry of the north-south axis.
        public var northSouth: Double
        /// Vehicles per hour at each entry of the east-west axis.
        public var eastWest: Double
        /// Vehicles per hour at each entry, in the order of the network's `entries`; empty where the axis says it all.
        public var entries: [Double]

        /// Creates a period.
        public init(seconds: Int, northSouth: Double, eastWest: Double, entries: [Double] = []) {
            self.seconds = seconds
            self.northSouth = northSouth
            self.eastWest = eastWest
            self.entries = entries
        }

        /// The flow of an axis, vehicles per hour and entry.
        public func flow(_ axis: RoadNetwork.Axis) -> Double {
            axis == .northSouth ? northSouth : eastWest
        }

        /// The flow of an entry of an axis, vehicles per hour.
        public func flow(ofEntry entry: Int, _ axis: RoadNetwork.Axis) -> Double {
            entries.isEmpty ? flow(axis) : entries[entry]
        }
    }

    /// The periods of an episode, repeated when it is longer.
    public var periods: [Period]
    /// The kind of arrivals.
    public var arrivals: Arrivals
    /// What makes platoons where arrivals are platooned.
    public var platoons = Platoons()

    /// Creates a demand.
    public init(periods: [Period], arrivals: Arrivals = .poisson) {
        self.periods = periods
        self.arrivals = arrivals
    }

    /// The flow of an entry averaged over the periods, vehicles per hour.
    ///
    /// - Parameters:
    ///   - entry: Its place in the network's `entries`.
    ///   - network: The network that the demand fits.
    /// - Returns: The mean over time.
    public func meanFlow(ofEntry entry: Int, in network: RoadNetwork) -> Double {
        let axis = network.roads[network.entries[entry]].entryAxis ?? .northSouth
        let seconds = periods.reduce(0) { $0 + $1.seconds }
        let vehicles = periods.reduce(0) { $0 + $1.flow(ofEntry: entry, axis) * Double($1.seconds) }
        return vehicles / Double(max(1, seconds))
    }

    /// Checks every value, and that the demand has as many flows as the network has entries.
    func check(entryCount: Int) throws(ScenarioError) {
        guard (1...10_000).contains(periods.count) else {
            throw ScenarioError("a demand of \(periods.count) periods is not one of 1...10000")
        }
        let isByEntry = !periods[0].entries.isEmpty
        for period in periods {
            guard (1...31_622_400).contains(period.seconds) else {
                throw ScenarioError("a demand period of \(period.seconds) s is not within a second and a year")
            }
            guard period.entries.count == (isByEntry ? entryCount : 0) else {
                throw ScenarioError(
                    "a demand period has \(period.entries.count) flows by entry; all periods have none, or one for each "
                        + "of the \(entryCount) entries"
                )
            }
            for flow in [period.northSouth, period.eastWest] + period.entries where !(0...3600).contains(flow) {
                throw ScenarioError("a flow of \(flow) vehicles per hour and entry is not within 0...3600")
            }
        }
        try platoons.check()
    }
}

extension TrafficDemand.Platoons {
    /// The flow while a platoon passes, in multiples of the mean flow.
    var density: Double { share * Double(cycle) / Double(length) }

    /// The flow between platoons, in multiples of the mean flow.
    var restDensity: Double { (1 - share) * Double(cycle) / Double(cycle - length) }

    fileprivate func check() throws(ScenarioError) {
        guard (2...3600).contains(cycle), (1..<cycle).contains(length) else {
            throw ScenarioError(
                "platoons of \(length) s every \(cycle) s: a cycle is 2...3600 s, a platoon shorter"
            )
        }
        guard (0...1).contains(share) else {
            throw ScenarioError("a platooned share of \(share) is not within 0...1")
        }
        guard max(density, restDensity) <= 20 else {
            throw ScenarioError("platoons of \(max(density, restDensity)) times the mean flow are more than 20 times")
        }
    }
}
