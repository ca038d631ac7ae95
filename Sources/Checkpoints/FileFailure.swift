/// What is wrong with a file or folder of a run.
public struct FileFailure: Error, Sendable, CustomStringConvertible {
    /// The kind of failure.
    public enum Code: Sendable, Hashable {
        /// It is not there, or may not be read or written.
        case inaccessible
        /// It is there and is not what it should be.
        case damaged
        /// It is sound and belongs to another run, or to another release of the program.
        case foreign
        /// It is sound and does not fit the memory of this process.
        case tooLarge
    }

    /// The kind of failure.
    public let code: Code
    /// One sentence that names the file and what would be right.
    public let description: String

    /// Creates a failure.
    public init(_ code: Code, _ description: String) {
        self.code = code
        self.description = description
    }
}
