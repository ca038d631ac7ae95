internal import ArgumentParser
internal import CommandBasics
internal import ScenarioCatalogue
internal import Scenarios
internal import TabularLearning
internal import TimeTravel

/// Which state and action of a table are meant.
struct PlaceOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The state's index.", valueName: "n")) var state: UInt64?

    @Option(help: "Of a packet network instead: the router; with --destination.") var router: String?

    @Option(help: "Where the packet is bound.") var destination: String?

    @Option(help: ArgumentHelp("The action, by number or name (default: all of the state).", valueName: "action"))
    var action: String?

    func validate() throws {
        guard (router == nil) == (destination == nil), (state == nil) != (router == nil) else {
            throw ValidationError("which state? Name it with --state, or with --router and --destination")
        }
    }

    /// The state.
    ///
    /// - Throws: `CommandFailure` that says which there are.
    func state(of past: PastRun) throws -> UInt64 {
        if let router, let destination {
            return try past.description.scenario.scenario.state(at: router, towards: destination)
        }
        guard let state, state < past.space.stateCount else {
            let given = state.map(String.init) ?? ""
            throw CommandFailure(.usage, "--state \(given): the table's states are 0 to \(past.space.stateCount - 1)")
        }
        return state
    }

    /// The action; `nil` for all.
    ///
    /// - Throws: `CommandFailure` that says which there are.
    func action(of past: PastRun) throws -> Int? {
        try action.map { word in
            guard let action = TableCondition.action(word, in: past.space) else {
                let names = TableCondition.names(of: past.space)
                throw CommandFailure(.usage, "--action \(word): the actions are \(names)")
            }
            return action
        }
    }
}
