internal import ClassicWorlds
internal import CommandBasics
internal import NeuralLearning
internal import NeuralRuns
internal import ScenarioCatalogue
internal import Scenarios
internal import TabularLearning

/// A scenario whose motor takes any force of a range where networks learn it; tables and deep Q-networks have a few.
protocol ContinuousControlScenario: ControlScenario where Problem: ContinuousControlProblem {
    /// The settings with which an actor and its critic learn it.
    static var ddpg: ActorCriticSettings { get }

    /// The settings with which an actor and two critics learn it.
    static var td3: ActorCriticSettings { get }
}

extension ContinuousControlScenario {
    static var ddpg: ActorCriticSettings { .ddpg }
    static var td3: ActorCriticSettings { .td3 }

    static func learners<Entry: ControlEntry>(of entry: Entry.Type) -> [LearnerCommand] where Entry.System == Self {
        [
            LearnerCommand(entry, DQNWay<Self>.self),
            LearnerCommand(entry, A2CWay<Self>.self),
            LearnerCommand(entry, ActorCriticWay<Self, DDPGPreset>.self),
            LearnerCommand(entry, ActorCriticWay<Self, TD3Preset>.self),
        ]
    }

    static func check(_ network: NetworkDescription, in folder: String) throws {
        let force = Problem().force
        let isOurs =
            network.forces.map {
                $0 == [[force.range.lowerBound, force.range.upperBound]] && network.actions == [force.name]
            }
            ?? (network.actions == Problem().actions)
        guard !isOurs else { return }
        throw CommandFailure(.badInput, "\(folder) was learned with other actions than those of \(name)")
    }

    static func meanReturn(of network: NetworkFolder, seed: UInt64, episodes: Int, from first: UInt64) -> Double {
        let (world, shape) = (ControlWorld(Problem()), network.description.shape)
        return network.description.forces == nil
            ? GreedyEpisodes(world, shape, seed: seed, stream: .start)
                .meanReturn(network.parameters, episodes: episodes, from: first)
            : ForcedEpisodes(world, shape, seed: seed, stream: .start)
                .meanReturn(network.parameters, episodes: episodes, from: first)
    }
}
