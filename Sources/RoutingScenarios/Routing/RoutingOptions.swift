internal import ArgumentParser
internal import CommandBasics
internal import Foundation
internal import ScenarioFiles
internal import Scenarios

/// The settings of the routing scenario.
struct RoutingOptions: ParsableArguments {
    @Option(help: "Packets per tick that enter (default: \(RoutingScenario().load)).")
    var load: Double?

    @Option(
        help: """
            tick (every hop uses the server) or bl94 (a packet's first hop is free, and at most 1000 packets are in the network; \
            default: tick).
            """
    )
    var rules: String?

    @Option(name: .customLong("queue-capacity"), help: "Packets a router's queue holds (default: no limit).")
    var queueCapacity: Int?

    @Option(help: "What forwards one packet a tick: node or link, where the rules are tick (default: node).")
    var model: RoutingScenario.Model?

    @Option(help: "A YAML file of events: loads, traffic, failures and repairs at given ticks.", completion: .file())
    var events: String?

    @OptionGroup var topology: TopologyOptions
    @OptionGroup var rule: RoutingRuleOptions

    /// The options that were given.
    var given: [String] {
        topology.given + rule.given
            + [
                ("--load", load != nil), ("--rules", rules != nil), ("--queue-capacity", queueCapacity != nil),
                ("--model", model != nil), ("--events", events != nil),
            ]
            .filter(\.1).map(\.0)
    }

    /// Builds the scenario.
    func scenario() throws -> RoutingScenario {
        var scenario = RoutingScenario()
        (scenario.network, scenario.trafficMatrix) = try topology.networkAndMatrix()
        if let load { scenario.load = load }
        if let model { scenario.model = model }
        scenario.rules = .tick
        if let rules {
            guard let known = RoutingScenario.Rules(rawValue: rules) else {
                throw CommandFailure(.usage, "--rules \(rules): tick or bl94")
            }
            scenario.rules = known
        }
        scenario.queueCapacity = queueCapacity
        scenario.rule = rule.rule(for: scenario.topology)
        if let events { scenario.events = try EventSchedule.events(readingFrom: events, for: scenario.topology) }
        return scenario
    }
}
