public import ArgumentParser
public import Scenarios

/// What routers tell one another.
struct RoutingRuleOptions: ParsableArguments {
    /// The rules that have a name.
    enum Name: String, CaseIterable, ExpressibleByArgument {
        case standard
        case q
        case echo
        case dual

        var rule: RoutingRule {
            switch self {
            case .standard: .standard
            case .q: .qRouting
            case .echo: .fullEcho
            case .dual: .dual
            }
        }
    }

    @Option(
        name: .customLong("rule"),
        help: """
            The learning rule: standard (dual, queues looked at, sweeps after changes), q (Q-routing), echo (full echo) or \
            dual (default: standard).
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

    @Option(help: "Where estimates begin: zero, or hops of a shortest path (default: zero).")
    var start: RoutingRule.Start?

    /// The options that were given.
    var given: [String] {
        [
            ("--rule", name != nil), ("--neighbor-queues", seesQueues != nil), ("--echo", echo != nil),
            ("--ask-first", asksFirst != nil), ("--sweeps", sweeps != nil), ("--start", start != nil),
        ]
        .filter(\.1).map(\.0)
    }

    /// The rule, with what was changed of it.
    var rule: RoutingRule {
        var rule = (name ?? .standard).rule
        if let seesQueues { rule.seesQueues = seesQueues }
        if let echo { rule.echo = echo }
        if let asksFirst { rule.asksFirst = asksFirst }
        if let sweeps { rule.sweeps = sweeps }
        if let start { rule.start = start }
        return rule
    }
}

extension RoutingRule.Start: ExpressibleByArgument {}
