/// How much of something may be had, as one of the system's rules says.
struct Limit: Sendable, Equatable {
    /// The rule, as whoever changes it calls it: `ulimit -v`.
    let name: String
    let total: UInt64
    let taken: UInt64

    /// What can still be had.
    var left: UInt64 { total - min(total, taken) }
}

/// Something that the system's limits do not allow.
public struct BeyondLimit: Error, Sendable, CustomStringConvertible {
    /// One sentence: what is wanted, what the limit is, and what to do.
    public let description: String
}
