/// A setting in a file or a variable that makes no sense.
public struct ConfigurationFailure: Error, Sendable, Hashable, CustomStringConvertible {
    /// One sentence that names the place and what would be right.
    public let description: String

    init(_ description: String) {
        self.description = description
    }
}
