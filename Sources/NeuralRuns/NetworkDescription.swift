public import NeuralLearning

/// `network.json` of a folder: what was learned, how, and what came of it.
public struct NetworkDescription: Codable, Sendable, Hashable {
    /// The version of this form.
    public static let currentFormat = 1
    /// The name of the file.
    public static let fileName = "network.json"

    /// The version of its form.
    public var format = Self.currentFormat
    /// The scenario's name.
    public var scenario: String
    /// The names of the actions.
    public var actions: [String]
    /// All that decides what is learned.
    public var settings: DQNSettings
    /// The network.
    public var shape: NetworkShape
    /// Environment steps taken.
    public var steps: UInt64
    /// Updates made.
    public var updates: UInt64
    /// Episodes that came to an end.
    public var episodes: UInt64
    /// The digest of the weights after the last update.
    public var weightsDigest: String
    /// The digest of the policy's weights, those of the best evaluation: the `.npy` files and `network.onnx`.
    public var policyDigest: String
    /// The mean return of that evaluation; absent before the first.
    public var bestReturn: Double?

    /// Describes where a learner stands.
    public init<World>(_ learner: DQNLearner<World>, scenario: String, actions: [String]) {
        self.scenario = scenario
        self.actions = actions
        settings = learner.settings
        shape = learner.shape
        (steps, updates, episodes) = (learner.stepsTaken, learner.updateCount, learner.episodeCount)
        weightsDigest = NetworkDigest(learner.shape, learner.online).description
        policyDigest = NetworkDigest(learner.shape, learner.best).description
        bestReturn = learner.bestReturn
    }

    /// What tells the run from every other: its scenario and its settings.
    public static func identity(scenario: String, _ settings: DQNSettings) -> String {
        JSONForm.digest(of: Identity(scenario: scenario, settings: settings))
    }

    private struct Identity: Encodable {
        let scenario: String
        let settings: DQNSettings
    }
}
