public import ArgumentParser
public import MasterNode

/// How a run is spread; none of it changes a bit of the result.
struct LayoutOptions: ParsableArguments {
    @Option(
        name: .customLong("workers"),
        help: "Worker processes (threads with --broker memory); each owns at least one shard (default: 2)."
    )
    var workerCount: Int?

    @Option(help: "Shards of the table (default: one per worker).")
    var shards: Int?

    @Option(
        help:
            "How states are spread over shards: range, modulo, hash, scenario (by intersection, by destination; the default where it can fill the shards, else range); routing also: router, or cut (neighbouring routers together)."
    )
    var partition: PartitionRule?

    @Option(
        help:
            "Most cohorts whose rounds wait for each other to share a message to a shard (default: half of the cohorts; 1: every round has its own)."
    )
    var cohortsPerMessage: Int?

    @Option(
        help:
            "With --broker none: threads that share the rounds, cohort by cohort; of use up to the number of cores and of cohorts (default: 1)."
    )
    var threads: Int?

    /// The number of workers.
    var workers: Int { workerCount ?? 2 }

    /// The options that were given and mean nothing without messages.
    var givenForMessages: [String] {
        [
            ("--workers", workerCount != nil), ("--shards", shards != nil), ("--partition", partition != nil),
            ("--cohorts-per-message", cohortsPerMessage != nil),
        ].filter(\.1).map(\.0)
    }

    func validate() throws {
        if let threads, !(1...1024).contains(threads) {
            throw ValidationError("--threads \(threads): 1 to 1024 threads")
        }
        if let cohortsPerMessage, !(1...1024).contains(cohortsPerMessage) {
            throw ValidationError("--cohorts-per-message \(cohortsPerMessage): 1 to 1024 cohorts")
        }
        guard (1...1024).contains(workers) else { throw ValidationError("--workers \(workers): 1 to 1024 workers") }
        if let shards, !(1...65_536).contains(shards) { throw ValidationError("--shards \(shards): 1 to 65536 shards") }
        if let shards, shards < workers {
            throw ValidationError(
                "--workers \(workers) with --shards \(shards): a worker owns at least one shard, "
                    + "so use at most \(shards) workers"
            )
        }
    }
}

extension PartitionRule: ExpressibleByArgument {}
