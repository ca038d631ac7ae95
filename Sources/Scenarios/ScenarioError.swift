/// A scenario's setting that makes no sense, in words that name the value and what would be right.
public struct ScenarioError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What is wrong.
    public let description: String

    /// Creates an error.
    public init(_ description: String) {
        self.description = description
    }
}
