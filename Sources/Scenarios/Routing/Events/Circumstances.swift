internal import TabularLearning

/// What the schedule has made of a network by now: its load, who sends to whom, what has failed.
struct Circumstances: Sendable {
    private let beginning: RoutingScenario
    private let topology: NetworkTopology
    private let events: [RoutingEvent]
    /// The number of events that have happened.
    private var next = 0
    /// How many packets enter in a tick.
    private(set) var arrivals: Poisson
    /// Between whom.
    private(set) var pairs: PairSampler
    /// What works.
    private(set) var states: LinkStates
    /// The last tick in which a router or a link failed or returned.
    private(set) var lastTopologyChange: UInt32?

    init(_ scenario: RoutingScenario) {
        beginning = scenario
        topology = scenario.topology
        events = scenario.events
        arrivals = Poisson(mean: scenario.load)
        pairs = PairSampler(scenario.trafficMatrix, topology)
        states = LinkStates(topology)
    }

    /// Whether a packet can leave a router by a slot.
    @inline(__always)
    func canLeave(_ router: Int, by slot: Int) -> Bool {
        states.usable[router] >> UInt64(truncatingIfNeeded: slot) & 1 == 1
    }

    /// Lets everything happen up to a tick; `true` when a router or a link has failed or returned.
    mutating func advance(to tick: UInt32) -> Bool {
        var hasChanged = false
        while next < events.count, events[next].tick <= tick {
            let event = events[next]
            next += 1
            switch event.change {
            case .load(let load): arrivals = Poisson(mean: load)
            case .traffic(let matrix): pairs = PairSampler(matrix, topology)
            case .linkFails, .linkReturns, .routerFails, .routerReturns:
                guard states.apply(event.change) else { preconditionFailure("a schedule is checked before it is used") }
                lastTopologyChange = event.tick
                hasChanged = true
            }
        }
        return hasChanged
    }

    /// Goes to the circumstances of a tick, whatever they are now.
    mutating func rewind(to tick: UInt32) {
        self = Self(beginning)
        _ = advance(to: tick)
    }
}
