internal import ArgumentParser
internal import Scenarios

/// The settings of all scenarios; what belongs to another scenario than the chosen one is refused.
struct ScenarioOptions: ParsableArguments {
    @OptionGroup(title: "Traffic") var traffic: TrafficOptions
    @OptionGroup(title: "Junction") var junction: JunctionOptions
    @OptionGroup(title: "Routing") var routing: RoutingOptions
    @OptionGroup(title: "Maze") var maze: MazeOptions
    @OptionGroup(title: "Synthetic") var synthetic: SyntheticOptions

    /// Builds the chosen scenario, to be learned with the discount that was given.
    ///
    /// - Throws: `CommandFailure` that names the value and what would be right.
    func configuration(of name: ScenarioName, discount: Float?) throws -> ScenarioConfiguration {
        try refuseForeignOptions(of: name)
        let configuration: ScenarioConfiguration =
            switch name {
            case .traffic: try traffic.configuration(discount: discount)
            case .junction: .junction(junction.scenario(discount: discount))
            case .routing: .routing(try routing.scenario())
            case .maze: .maze(try maze.scenario())
            case .synthetic: .synthetic(try synthetic.scenario())
            }
        do {
            try configuration.scenario.check()
        } catch {
            throw CommandFailure(.usage, error.description)
        }
        return configuration
    }

    private func refuseForeignOptions(of name: ScenarioName) throws {
        guard let foreign = given.first(where: { $0.owner != name }) else { return }
        throw CommandFailure(.usage, "\(foreign.option) belongs to \(foreign.owner.rawValue), not to \(name.rawValue)")
    }

    /// The options that were given, each with the scenario it belongs to.
    var given: [(option: String, owner: ScenarioName)] {
        traffic.given.map { ($0, .traffic) } + junction.given.map { ($0, .junction) }
            + routing.given.map { ($0, .routing) } + maze.given.map { ($0, .maze) }
            + synthetic.given.map { ($0, .synthetic) }
    }
}
