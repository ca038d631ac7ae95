/// Why a process could not be started or watched over.
public struct ChildProcessFailure: Error, Sendable, Hashable, CustomStringConvertible {
    /// The failure in words.
    public let description: String

    init(_ description: String) {
        self.description = description
    }
}
