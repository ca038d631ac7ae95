/// Something that happens to a network at a given tick.
public struct RoutingEvent: Sendable, Hashable {
    /// What may happen.
    public enum Change: Sendable, Hashable {
        /// From now on so many packets enter per tick.
        case load(Double)
        /// From now on packets enter between these pairs.
        case traffic(TrafficMatrix)
        /// A link no longer carries packets, in either direction.
        case linkFails(Int, Int)
        /// A link carries packets again.
        case linkReturns(Int, Int)
        /// A router forwards and takes nothing; its packets are lost, and those bound to it are dropped.
        case routerFails(Int)
        /// A router works again.
        case routerReturns(Int)
    }

    /// The tick before whose arrivals it happens.
    public var tick: UInt32
    /// What happens.
    public var change: Change

    /// Creates an event.
    public init(tick: UInt32, _ change: Change) {
        self.tick = tick
        self.change = change
    }

    /// Checks a schedule.
    ///
    /// - Parameters:
    ///   - events: In the order of their ticks.
    ///   - topology: The network they happen to.
    /// - Throws: `ScenarioError` that names the first event that makes no sense, or that cuts the network in two.
    static func check(_ events: [RoutingEvent], for topology: NetworkTopology) throws(ScenarioError) {
        var states = LinkStates(topology)
        for (index, event) in events.enumerated() {
            guard index == 0 || events[index - 1].tick <= event.tick else {
                throw ScenarioError("the event at tick \(event.tick) comes after one at tick \(events[index - 1].tick)")
            }
            switch event.change {
            case .load(let load):
                guard RoutingScenario.loads.contains(load) else {
                    throw ScenarioError(
                        "the load of \(load) at tick \(event.tick) is not within \(RoutingScenario.loads)"
                    )
                }
            case .traffic(let matrix): try matrix.check(for: topology)
            case .linkFails, .linkReturns, .routerFails, .routerReturns:
                guard states.apply(event.change) else {
                    throw ScenarioError("the event at tick \(event.tick) names a router or a link that does not exist")
                }
            }
            // Failures at one tick come together, and only their end counts.
            let isLast = index + 1 == events.count || events[index + 1].tick > event.tick
            guard !isLast || states.isConnected else {
                throw ScenarioError("after tick \(event.tick) no path joins all routers: let another link return first")
            }
        }
    }
}

extension RoutingEvent: Codable {
    private enum Key: String, CodingKey, CaseIterable {
        case tick, load, traffic
        case failLink = "fail-link"
        case repairLink = "repair-link"
        case failRouter = "fail-router"
        case repairRouter = "repair-router"
    }

    /// Reads `tick` and one of `load`, `traffic`, `fail-link`, `repair-link`, `fail-router`, `repair-router`.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        let kinds = container.allKeys.filter { $0 != .tick }
        guard let kind = kinds.first, kinds.count == 1 else {
            throw DecodingError.dataCorruptedError(
                forKey: .tick,
                in: container,
                debugDescription: "an event is a tick and one of "
                    + Key.allCases.dropFirst().map(\.rawValue).joined(separator: ", ")
            )
        }
        func link() throws -> (Int, Int) {
            let ends = try container.decode([Int].self, forKey: kind)
            guard ends.count == 2 else {
                throw DecodingError.dataCorruptedError(
                    forKey: kind,
                    in: container,
                    debugDescription: "a link is two routers"
                )
            }
            return (ends[0], ends[1])
        }
        tick = try container.decode(UInt32.self, forKey: .tick)
        switch kind {
        case .load: change = .load(try container.decode(Double.self, forKey: kind))
        case .traffic: change = .traffic(try container.decode(TrafficMatrix.self, forKey: kind))
        case .failLink:
            let (a, b) = try link()
            change = .linkFails(a, b)
        case .repairLink:
            let (a, b) = try link()
            change = .linkReturns(a, b)
        case .failRouter: change = .routerFails(try container.decode(Int.self, forKey: kind))
        case .repairRouter, .tick: change = .routerReturns(try container.decode(Int.self, forKey: kind))
        }
    }

    /// Writes what `init(from:)` reads.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(tick, forKey: .tick)
        switch change {
        case .load(let load): try container.encode(load, forKey: .load)
        case .traffic(let matrix): try container.encode(matrix, forKey: .traffic)
        case .linkFails(let a, let b): try container.encode([a, b], forKey: .failLink)
        case .linkReturns(let a, let b): try container.encode([a, b], forKey: .repairLink)
        case .routerFails(let router): try container.encode(router, forKey: .failRouter)
        case .routerReturns(let router): try container.encode(router, forKey: .repairRouter)
        }
    }
}
