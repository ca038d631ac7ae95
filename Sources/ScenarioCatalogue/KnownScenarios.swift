internal import Synchronization

/// The scenarios that the program has, for all that reads their names.
///
/// What a scenario brings lies above this module, and what asks for it below: the program, which has the list, tells it first.
package enum KnownScenarios {
    private static let known = Mutex<[any ScenarioEntry.Type]>([])

    /// Takes the list; before anything reads a name.
    package static func enroll(_ entries: [any ScenarioEntry.Type]) { known.withLock { $0 = entries } }

    /// All of them, in the order of help texts.
    package static var entries: [any ScenarioEntry.Type] {
        let entries = known.withLock { $0 }
        precondition(!entries.isEmpty, "whoever has the list of scenarios enrolls them first")
        return entries
    }

    /// What a scenario may be written down as.
    package static var kinds: [any CataloguedScenario.Type] { entries.flatMap { $0.kinds } }

    /// The entry of a scenario.
    package static func entry(of name: ScenarioName) -> (any ScenarioEntry.Type)? {
        entries.first { $0.name == name.rawValue }
    }
}
