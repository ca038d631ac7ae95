public import NeuralLearning

/// The settings of a learner of any kind, in one form.
///
/// Written down as what they are; those that have a `learner` are read as its, those without one as of a deep Q-network.
public struct LearnerSettings: Sendable, Hashable, Codable {
    /// The settings.
    public let value: any NetworkSettings

    private enum CodingKeys: CodingKey { case learner }

    /// Wraps settings.
    public init(_ value: some NetworkSettings) { self.value = value }

    /// Reads settings by the name of their learner.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let name = try container.decodeIfPresent(String.self, forKey: .learner)
        switch name {
        case nil: value = try DQNSettings(from: decoder)
        case .some(let name) where ActorCriticSettings.learnerNames.contains(name):
            value = try ActorCriticSettings(from: decoder)
        case A2CSettings.name: value = try A2CSettings(from: decoder)
        case .some(let name):
            throw DecodingError.dataCorruptedError(
                forKey: .learner,
                in: container,
                debugDescription: "no learner of this release is called \(name)"
            )
        }
    }

    /// Writes them as they are.
    public func encode(to encoder: any Encoder) throws { try value.encode(to: encoder) }

    /// Compares what is wrapped.
    public static func == (one: Self, other: Self) -> Bool { AnyHashable(one.value) == AnyHashable(other.value) }

    /// Hashes what is wrapped.
    public func hash(into hasher: inout Hasher) { hasher.combine(AnyHashable(value)) }

    /// The learner's name on the command line.
    public var learnerName: String { value.learnerName }
    /// What does not go together or lies out of range; `nil` for none.
    public var objection: String? { value.objection }

    /// Whether the policy gives forces, tanh of its outputs, in the place of values.
    public var givesForces: Bool { value is ActorCriticSettings }
}
