internal import Suggestions

/// Why a request is not answered by a decision: it is the asker's mistake, and asking again changes nothing.
public struct RequestFault: Error, Sendable, Hashable, CustomStringConvertible {
    /// HTTP's number for it.
    public let status: Int
    /// One sentence that names the value and what would be right.
    public let description: String

    /// Describes a mistake; 400 unless something says more.
    public init(_ description: String, status: Int = 400) {
        self.description = description
        self.status = status
    }

    /// There is no such rule or action to fall back to.
    public static func unknown(fallback name: String, among names: [String]) -> Self {
        Self(Spelling.unknown("fallback", name, among: names))
    }

    /// There is no such model or version.
    static func unknown(_ description: String) -> Self { Self(description, status: 404) }
}
