/// Why an environment cannot go on: a simulator outside of this process has died, or does not answer.
///
/// An environment that is computed in this process never fails.
public struct EnvironmentFailure: Error, Sendable, Hashable, CustomStringConvertible {
    /// One sentence: what happened and what to do.
    public let description: String

    /// Creates a failure.
    public init(_ description: String) {
        self.description = description
    }
}
