/// A network or a matrix of demands that could not be read: the file, the line where it is known, and the reason.
public struct NetworkFileError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The file.
    public let file: String
    /// The line, from 1 on; `nil` when the reason has none.
    public let line: Int?
    /// What is wrong with it.
    public let reason: String

    init(_ file: String, _ error: NetworkTextError) {
        self.file = file
        line = error.line
        reason = error.reason
    }

    /// The file, the line and the reason in one line.
    public var description: String {
        file + (line.map { ":\($0)" } ?? "") + ": \(reason)"
    }
}

/// What a parser throws, before anybody knows the file.
struct NetworkTextError: Error {
    let line: Int?
    let reason: String

    init(_ line: Int?, _ reason: String) {
        self.line = line
        self.reason = reason
    }
}
