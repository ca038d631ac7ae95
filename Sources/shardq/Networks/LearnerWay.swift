internal import ArgumentParser
internal import ClassicWorlds
internal import NeuralLearning
internal import ScenarioCatalogue

/// A way to learn networks on a scenario, as the command line offers it.
protocol LearnerWay: Sendable {
    associatedtype System: ControlScenario
    associatedtype Learner: NetworkLearner
    associatedtype Options: LearnerOptions where Options.Settings == Learner.Settings

    /// What `--learner` calls it.
    static var name: String { get }
    /// What it is, behind "with".
    static var summary: String { get }
    /// Where it learns.
    static var world: Learner.World { get }
    /// What its actions or their numbers are called.
    static var actions: [String] { get }
    /// The range of each number of an action, where actions have no numbers.
    static var forces: [ClosedRange<Double>]? { get }
}

/// The options of a way to learn.
protocol LearnerOptions: ParsableArguments, Sendable {
    associatedtype Settings: NetworkSettings

    /// The options that decide what is learned and were given.
    var given: [String] { get }

    /// The settings.
    ///
    /// - Throws: `CommandFailure` that names what is out of range.
    func settings() throws -> Settings
}

/// A deep Q-network.
enum DQNWay<System: ControlScenario>: LearnerWay {
    typealias Learner = DQNLearner<ControlWorld<System.Problem>>
    typealias Options = NetworkOptions<System>

    static var name: String { "dqn" }
    static var summary: String { "a deep Q-network" }
    static var world: ControlWorld<System.Problem> { ControlWorld(System.Problem()) }
    static var actions: [String] { System.Problem().actions }
    static var forces: [ClosedRange<Double>]? { nil }
}

/// A policy that is followed where it did better than expected.
enum A2CWay<System: ControlScenario>: LearnerWay {
    typealias Learner = A2CLearner<ControlWorld<System.Problem>>
    typealias Options = A2COptions<System>

    static var name: String { A2CSettings.name }
    static var summary: String { "a policy and its advantages (A2C)" }
    static var world: ControlWorld<System.Problem> { ControlWorld(System.Problem()) }
    static var actions: [String] { System.Problem().actions }
    static var forces: [ClosedRange<Double>]? { nil }
}

/// An actor and its critics, as one of their presets.
enum ActorCriticWay<System: ContinuousControlScenario, Preset: ActorCriticPreset>: LearnerWay {
    typealias Learner = ActorCriticLearner<ControlWorld<System.Problem>>
    typealias Options = ActorCriticOptions<System, Preset>

    static var name: String { Preset.name }
    static var summary: String { Preset.summary }
    static var world: ControlWorld<System.Problem> { ControlWorld(System.Problem()) }
    static var actions: [String] { [System.Problem().force.name] }
    static var forces: [ClosedRange<Double>]? { [System.Problem().force.range] }
}

/// What an actor and its critics are called, and their settings on a scenario.
protocol ActorCriticPreset: Sendable {
    static var name: String { get }
    static var summary: String { get }
    static func settings<System: ContinuousControlScenario>(of system: System.Type) -> ActorCriticSettings
}

/// One critic.
enum DDPGPreset: ActorCriticPreset {
    static let name = "ddpg"
    static let summary = "an actor and its critic (DDPG)"
    static func settings<System: ContinuousControlScenario>(of system: System.Type) -> ActorCriticSettings {
        System.ddpg
    }
}

/// Two critics and what goes with them.
enum TD3Preset: ActorCriticPreset {
    static let name = "td3"
    static let summary = "an actor and two critics (TD3)"
    static func settings<System: ContinuousControlScenario>(of system: System.Type) -> ActorCriticSettings {
        System.td3
    }
}

extension LearnerCommand {
    /// Trains by a way of an entry.
    init<Entry: ControlEntry, Way: LearnerWay>(_ entry: Entry.Type, _ way: Way.Type) where Way.System == Entry.System {
        self.init(name: Way.name, command: NetworkTraining<Entry, Way>.self)
    }
}
