/// How demand changes in the course of an episode, by name.
public enum DemandPattern: String, Sendable, Hashable, Codable, CaseIterable {
    /// The same flow all the time.
    case steady
    /// A heavy axis that changes every quarter of an hour: 1.4 and 0.6 times the flow.
    case alternating
    /// A time-of-day profile: 0.6, 1, 1.4 and again 1 times the flow of both axes, a quarter of an hour each.
    case rushHour = "rush-hour"
    /// A steady flow that comes in platoons from signals outside the network.
    case platoons

    /// What the axes' flows are multiplied with, a quarter of an hour each.
    var factors: [(northSouth: Double, eastWest: Double)] {
        switch self {
        case .steady, .platoons: [(1, 1)]
        case .alternating: [(1.4, 0.6), (0.6, 1.4)]
        case .rushHour: [(0.6, 0.6), (1, 1), (1.4, 1.4), (1, 1)]
        }
    }
}

extension TrafficDemand {
    /// Creates a demand that follows a pattern.
    ///
    /// - Parameters:
    ///   - pattern: How it changes.
    ///   - northSouth: Vehicles per hour at each entry of the north-south axis, averaged over time.
    ///   - eastWest: The same of the east-west axis.
    ///   - arrivals: The kind of arrivals; platoons stay platoons.
    public init(_ pattern: DemandPattern, northSouth: Double, eastWest: Double, arrivals: Arrivals = .poisson) {
        self.init(
            periods: pattern.factors.map {
                Period(seconds: 900, northSouth: $0.northSouth * northSouth, eastWest: $0.eastWest * eastWest)
            },
            arrivals: pattern == .platoons ? .platooned : arrivals
        )
    }

    /// The same flow at every entry all the time.
    public static func steady(_ flow: Double, arrivals: Arrivals = .poisson) -> Self {
        Self(.steady, northSouth: flow, eastWest: flow, arrivals: arrivals)
    }

    /// A heavy axis that changes every quarter of an hour: 1.4 and 0.6 times the flow.
    public static func alternating(_ flow: Double) -> Self {
        Self(.alternating, northSouth: flow, eastWest: flow)
    }

    /// A rush hour: 0.6, 1, 1.4 and again 1 times the flow, a quarter of an hour each.
    public static func rushHour(_ flow: Double) -> Self {
        Self(.rushHour, northSouth: flow, eastWest: flow)
    }

    /// Returns the demand of a network with the flows of every entry multiplied as a pattern says.
    ///
    /// - Parameters:
    ///   - pattern: How it shall change; the present periods are averaged first.
    ///   - network: The network whose entries have the flows.
    /// - Returns: A demand by entry.
    public func following(_ pattern: DemandPattern, in network: RoadNetwork) -> Self {
        let flows = network.entries.indices.map { meanFlow(ofEntry: $0, in: network) }
        var demand = Self(pattern, northSouth: 0, eastWest: 0, arrivals: arrivals)
        for (index, factors) in pattern.factors.enumerated() {
            demand.periods[index].entries = network.entries.enumerated().map { entry, road in
                let isEastWest = network.roads[road].entryAxis == .eastWest
                return flows[entry] * (isEastWest ? factors.eastWest : factors.northSouth)
            }
        }
        demand.platoons = platoons
        return demand
    }

    /// Returns the demand with all flows multiplied by a factor.
    public func scaled(by factor: Double) -> Self {
        var demand = self
        for index in demand.periods.indices {
            demand.periods[index].northSouth *= factor
            demand.periods[index].eastWest *= factor
            demand.periods[index].entries = demand.periods[index].entries.map { $0 * factor }
        }
        return demand
    }
}
