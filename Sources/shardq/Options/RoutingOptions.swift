internal import ArgumentParser
internal import Scenarios

/// The settings of the routing scenario.
struct RoutingOptions: ParsableArguments {
    @Option(help: "Packets per tick that enter the network.")
    var load: Double?

    @Option(help: "tick (every hop uses the server) or bl94 (a packet's first hop is free).")
    var rules: String?

    @Option(name: .customLong("queue-capacity"), help: "Packets a router's queue holds (default: no limit).")
    var queueCapacity: Int?

    /// The options that were given.
    var given: [String] {
        [("--load", load != nil), ("--rules", rules != nil), ("--queue-capacity", queueCapacity != nil)]
            .filter(\.1).map(\.0)
    }

    /// Builds the scenario.
    func scenario() throws -> RoutingScenario {
        var scenario = RoutingScenario()
        if let load { scenario.load = load }
        if let rules {
            guard let known = RoutingScenario.Rules(rawValue: rules) else {
                throw CommandFailure(.usage, "--rules \(rules): tick or bl94")
            }
            scenario.rules = known
        }
        scenario.queueCapacity = queueCapacity
        return scenario
    }
}
