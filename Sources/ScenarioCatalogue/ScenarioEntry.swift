package import ArgumentParser
internal import CommandBasics
package import Scenarios

/// A scenario of the catalogue: all that the program has to know of it, so that nothing else names it.
///
/// `train`, `master` and `bench` get a subcommand from it, `evaluate` and `table export` what it brings for them.
package protocol ScenarioEntry: ScenarioHelp, SendableMetatype {
    /// Its settings as options.
    associatedtype Options: ScenarioOptionGroup

    /// What it may be written down as; all under one name, told apart by their simulators.
    static var kinds: [any CataloguedScenario.Type] { get }

    /// The scenario as it is without any option.
    static var standard: any CataloguedScenario { get }

    /// The section of its options in the help.
    static var title: String { get }

    /// What it is, in one line of help.
    static var summary: String { get }

    /// Options for an example of `train`.
    static var example: String { get }

    /// The command that compares its policies; `nil` where there is nothing to compare.
    static var evaluation: (any AsyncParsableCommand.Type)? { get }

    /// What trains networks on it; none where only tables learn.
    static var networkLearners: [LearnerCommand] { get }

    /// Commands of its own.
    static var commands: [any AsyncParsableCommand.Type] { get }

    /// Forms in which its tables can be written, beside those that every table has.
    static var exports: [TableForm] { get }

    /// By what its states can be kept together.
    static var affinities: [Affinity.Kind] { get }

    /// Whether it knows how good a table is, so that `bench` can time the way to a goal.
    static var hasGoal: Bool { get }

    /// The scenario in the forms in which it is tested: small ones that take every way through its code.
    static var samples: [any CataloguedScenario] { get }
}

extension ScenarioEntry {
    /// The name, on the command line and in files.
    package static var name: String { type(of: standard).name }

    /// What the standard one is written down as.
    package static var kinds: [any CataloguedScenario.Type] { [type(of: standard)] }

    /// Help speaks of the standard scenario.
    package static var subject: (any CataloguedScenario)? { standard }

    /// The name.
    package static var title: String { name.prefix(1).uppercased() + name.dropFirst() }

    /// No command.
    package static var evaluation: (any AsyncParsableCommand.Type)? { nil }
    /// Only tables learn.
    package static var networkLearners: [LearnerCommand] { [] }
    /// No commands.
    package static var commands: [any AsyncParsableCommand.Type] { [] }
    /// No forms.
    package static var exports: [TableForm] { [] }
    /// By nothing.
    package static var affinities: [Affinity.Kind] { [] }
    /// It does not.
    package static var hasGoal: Bool { false }
    /// The standard one.
    package static var samples: [any CataloguedScenario] { [standard] }

    /// The scenario that options make, checked.
    ///
    /// - Throws: `CommandFailure` that names the value and what would be right.
    package static func configuration(_ options: Options, discount: Float?) throws -> ScenarioConfiguration {
        let configuration = try options.configuration(discount: discount)
        do {
            try configuration.scenario.check()
        } catch {
            throw CommandFailure(.usage, error.description)
        }
        return configuration
    }
}

/// The settings of one scenario as options.
package protocol ScenarioOptionGroup: ParsableArguments {
    /// Builds the scenario, to be learned with the discount that was given.
    ///
    /// - Throws: `CommandFailure` that names the value and what would be right.
    func configuration(discount: Float?) throws -> ScenarioConfiguration
}

/// A form in which tables can be written.
package struct TableForm: Sendable {
    /// What a table is written as, and what is to be said beside it.
    package typealias Text = (text: String, note: String?)

    /// The name behind `--format`.
    package let name: String
    /// What it is, in a few words.
    package let help: String
    /// Writes a table of the scenario.
    package let write: @Sendable (_ policy: Policy, _ folder: String) async throws -> Text

    /// Takes all of it.
    package init(
        name: String,
        help: String,
        write: @escaping @Sendable (_ policy: Policy, _ folder: String) async throws -> Text
    ) {
        self.name = name
        self.help = help
        self.write = write
    }

    /// Where a written table comes from, for its first lines.
    package static func origin(_ policy: Policy) -> String {
        "Made by shardq \(ProgramVersion.current) from the table \(policy.digest)."
    }
}
