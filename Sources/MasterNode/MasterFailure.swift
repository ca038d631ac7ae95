/// Why a master could not start or finish a run.
public struct MasterFailure: Error, Sendable, CustomStringConvertible {
    /// The kind of failure.
    public enum Code: Sendable, Hashable {
        /// What was asked for cannot be done.
        case configuration
        /// Too few workers joined in the time allowed.
        case workersMissing
        /// A worker vanished in the middle of a run.
        case workerLost
        /// A worker answered a question with something that is no answer to it, or not at all.
        case badAnswer
        /// An environment cannot go on.
        case environment
        /// What the shards applied is not what was issued.
        case ledgerMismatch
        /// The operator ended it before it began.
        case interrupted
    }

    /// The kind of failure.
    public let code: Code
    /// One sentence: what happened and what to do.
    public let description: String

    /// Creates a failure.
    public init(_ code: Code, _ description: String) {
        self.code = code
        self.description = description
    }
}
