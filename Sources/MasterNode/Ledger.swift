/// What was issued to the shards and what they have applied, at one moment of the run.
public struct Ledger: Sendable, Hashable {
    /// The updates sent to each shard since it was made: when the run began, went on or last returned to a checkpoint.
    public let issued: [UInt64]
    /// The updates each shard has applied since then, by its own count.
    public let applied: [UInt64]

    /// Creates a ledger; both with one number per shard.
    public init(issued: [UInt64], applied: [UInt64]) {
        self.issued = issued
        self.applied = applied
    }

    /// Updates that were issued and have not been applied, over all shards.
    public var lost: UInt64 { zip(issued, applied).reduce(0) { $0 + ($1.0 > $1.1 ? $1.0 - $1.1 : 0) } }

    /// Updates that were applied without having been issued, over all shards.
    public var duplicated: UInt64 { zip(issued, applied).reduce(0) { $0 + ($1.1 > $1.0 ? $1.1 - $1.0 : 0) } }

    /// Checks that every shard has applied what was issued to it.
    ///
    /// - Throws: `MasterFailure` with code `ledgerMismatch` that names the first shard that has not.
    public func check() throws(MasterFailure) {
        for shard in issued.indices where issued[shard] != applied[shard] {
            throw MasterFailure(
                .ledgerMismatch,
                "\(issued[shard]) updates were issued to shard \(shard), it has applied \(applied[shard]): "
                    + "the table cannot be trusted; please report this with the log"
            )
        }
    }
}
