public import ArgumentParser
public import Scenarios

/// What routers tell one another.
struct RoutingRuleOptions: ParsableArguments {
    /// The rules that have a name.
    enum Name: String, CaseIterable, ExpressibleByArgument {
        case standard
        case small
        case medium
        case large
        case ring
        case q
        case echo
        case dual

        func rule(for topology: NetworkTopology) -> RoutingRule {
            switch self {
            case .standard: .standard(for: topology)
            case .small: .standard
            case .medium: .medium
            case .large: .large
            case .ring: .ring
            case .q: .qRouting
            case .echo: .fullEcho
            case .dual: .dual
            }
        }
    }

    @Option(
        name: .customLong("rule"),
        help: """
            The learning rule: small (dual, queues looked at, sweeps), medium (dual, queues looked at, split horizon, waves, from \
            detours), large (queues count half, waves go on), ring (medium, from far away), standard (ring for rings, small up to \
            \(RoutingRule.smallNetwork) routers, else large), q (Q-routing), echo (full echo) or dual (default: standard).
            """
    )
    var name: Name?

    @Flag(
        name: .customLong("neighbor-queues"),
        inversion: .prefixedNo,
        help: "Look at the queue a packet will join and learn only the rest of its journey (default: the rule's)."
    )
    var seesQueues: Bool?

    @Option(help: "Share of decisions at which all neighbours answer, 0 to 1 (default: the rule's).")
    var echo: Double?

    @Flag(
        name: .customLong("ask-first"),
        inversion: .prefixedNo,
        help: """
            With echo: let all neighbours answer before the choice and not with it; they are heard in time with \
            --staleness 0 (default: the rule's).
            """
    )
    var asksFirst: Bool?

    @Option(help: "How often each destination is asked about after the start and after failures (default: the rule's).")
    var sweeps: Int?

    @Option(
        help: """
            Where estimates begin: zero, hops of a shortest path, or detours, those of the shortest path that does not come \
            back (default: the rule's).
            """
    )
    var start: RoutingRule.Start?

    @Option(name: .customLong("ticks-per-hop"), help: "Ticks that a hop counts at the start (default: the rule's).")
    var ticksPerHop: Float?

    @Flag(
        name: .customLong("split-horizon"),
        inversion: .prefixedNo,
        help: "No packet goes straight back, and no neighbour counts the way through who asks (default: the rule's)."
    )
    var splitsHorizon: Bool?

    @Option(help: "How often news of each destination spreads after start and failures (default: the rule's).")
    var waves: Int?

    @Flag(
        name: .customLong("refresh"),
        inversion: .prefixedNo,
        help: "Whether waves go on afterwards, slowly (default: the rule's)."
    )
    var refreshes: Bool?

    @Option(name: .customLong("queue-weight"), help: "Ticks that a packet ahead counts, 0 to 1 (default: the rule's).")
    var queueWeight: Float?

    /// The options that were given.
    var given: [String] {
        [
            ("--rule", name != nil), ("--neighbor-queues", seesQueues != nil), ("--echo", echo != nil),
            ("--ask-first", asksFirst != nil), ("--sweeps", sweeps != nil), ("--start", start != nil),
            ("--ticks-per-hop", ticksPerHop != nil), ("--split-horizon", splitsHorizon != nil),
            ("--waves", waves != nil),
            ("--refresh", refreshes != nil), ("--queue-weight", queueWeight != nil),
        ]
        .filter(\.1).map(\.0)
    }

    /// The rule of a network, with what was changed of it.
    ///
    /// - Parameter topology: The network.
    /// - Returns: A rule that may make no sense; the scenario checks it.
    func rule(for topology: NetworkTopology) -> RoutingRule {
        var rule = (name ?? .standard).rule(for: topology)
        if let seesQueues { rule.seesQueues = seesQueues }
        if let echo { rule.echo = echo }
        if let asksFirst { rule.asksFirst = asksFirst }
        if let sweeps { rule.sweeps = sweeps }
        if let start { rule.start = start }
        if let ticksPerHop { rule.ticksPerHop = ticksPerHop }
        if let splitsHorizon { rule.splitsHorizon = splitsHorizon }
        if let waves { rule.waves = waves }
        if let refreshes { rule.refreshes = refreshes }
        if let queueWeight { rule.queueWeight = queueWeight }
        return rule
    }
}

extension RoutingRule.Start: ExpressibleByArgument {}
