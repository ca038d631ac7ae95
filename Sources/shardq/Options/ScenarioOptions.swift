internal import ArgumentParser
internal import Scenarios

/// The settings of one scenario as options.
protocol ScenarioOptionGroup: ParsableArguments {
    /// Whose settings they are.
    static var owner: ScenarioName { get }

    /// The options that were given.
    var given: [String] { get }

    /// Builds the scenario, to be learned with the discount that was given.
    ///
    /// - Throws: `CommandFailure` that names the value and what would be right.
    func configuration(discount: Float?) throws -> ScenarioConfiguration
}

/// The settings of all scenarios; what belongs to another scenario than the chosen one is refused.
struct ScenarioOptions: ParsableArguments {
    @OptionGroup(title: "Traffic") var traffic: TrafficOptions
    @OptionGroup(title: "Junction") var junction: JunctionOptions
    @OptionGroup(title: "Routing") var routing: RoutingOptions
    @OptionGroup(title: "Maze") var maze: MazeOptions
    @OptionGroup(title: "Synthetic") var synthetic: SyntheticOptions

    private var groups: [any ScenarioOptionGroup] { [traffic, junction, routing, maze, synthetic] }

    /// Builds the chosen scenario, to be learned with the discount that was given.
    ///
    /// - Throws: `CommandFailure` that names the value and what would be right.
    func configuration(of name: ScenarioName, discount: Float?) throws -> ScenarioConfiguration {
        if let foreign = given.first(where: { $0.owner != name }) {
            throw CommandFailure(.usage, "\(foreign.option) belongs to \(foreign.owner), not to \(name)")
        }
        guard let group = groups.first(where: { type(of: $0).owner == name }) else {
            throw CommandFailure(.internalError, "\(name) has no options")
        }
        let configuration = try group.configuration(discount: discount)
        do {
            try configuration.scenario.check()
        } catch {
            throw CommandFailure(.usage, error.description)
        }
        return configuration
    }

    /// The options that were given, each with the scenario it belongs to.
    var given: [(option: String, owner: ScenarioName)] {
        groups.flatMap { group in group.given.map { ($0, type(of: group).owner) } }
    }
}
