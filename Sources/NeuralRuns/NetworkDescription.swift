internal import Checkpoints
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
    /// The names of the actions, or of what forces an action has.
    public var actions: [String]
    /// All that decides what is learned.
    public var settings: LearnerSettings
    /// The network.
    public var shape: NetworkShape
    /// Environment steps taken.
    public var steps: UInt64
    /// Updates made.
    public var updates: UInt64
    /// Episodes that came to an end.
    public var episodes: UInt64
    /// The digest of the weights after the last update, of all networks that learn.
    public var weightsDigest: String
    /// The digest of the policy's weights, those of the best evaluation: the `.npy` files and `network.onnx`.
    public var policyDigest: String
    /// The mean return of that evaluation; absent before the first.
    public var bestReturn: Double?
    /// Least and greatest of each force, where actions have no numbers.
    public var forces: [[Double]]?

    /// Describes where a learner stands.
    public init(
        _ learner: some NetworkLearner,
        scenario: String,
        actions: [String],
        forces: [ClosedRange<Double>]? = nil
    ) {
        self.scenario = scenario
        self.actions = actions
        self.forces = forces?.map { [$0.lowerBound, $0.upperBound] }
        settings = LearnerSettings(learner.settings)
        shape = learner.shape
        (steps, updates, episodes) = (learner.stepsTaken, learner.updateCount, learner.episodeCount)
        weightsDigest = NetworkDigest(learner.learning).description
        policyDigest = NetworkDigest(learner.shape, learner.best).description
        bestReturn = learner.bestReturn
    }

    /// What tells the run from every other: its scenario and its settings.
    public static func identity(scenario: String, _ settings: some NetworkSettings) -> String {
        SealedText.digest(
            of: JSONText.data(Identity(scenario: scenario, settings: LearnerSettings(settings)), isPretty: false)
        )
    }

    private struct Identity: Encodable {
        let scenario: String
        let settings: LearnerSettings
    }
}
