package import ArgumentParser
internal import Foundation
internal import MasterNode
package import Rounds
package import ScenarioCatalogue
internal import Scenarios

/// How a run is spread; none of it changes a bit of the result.
package struct LayoutOptions<Help: ScenarioHelp>: ParsableArguments {
    /// As the argument parser makes it.
    package init() {}

    @Option(
        name: .customLong("workers"),
        help: ArgumentHelp(
            "Worker processes or threads (default: 2).",
            valueName: "n"
        )
    )
    package var workerCount: Int?

    @Option(
        help: ArgumentHelp(
            "Actor processes that step the worlds (default: 0).",
            valueName: "n",
            visibility: Help.hasReplicasOfLanes ? .default : .hidden
        )
    )
    package var actors: Int?

    @Option(help: ArgumentHelp("Shards of the table (default: one per worker).", valueName: "n"))
    package var shards: Int?

    @Option(
        name: .customLong("partition"),
        help: ArgumentHelp(Self.partitionHelp, valueName: "rule"),
        completion: .list(Self.rules)
    )
    var partitionName: String?

    @Option(
        help: ArgumentHelp(
            "Cohorts that share messages (default: half or all).",
            valueName: "n"
        )
    )
    package var cohortsPerMessage: Int?

    @Flag(help: "Give workers that join later shards too.")
    package var elastic = false

    @Option(
        help: ArgumentHelp("Threads of --broker none (default: 1, or --cohorts).", valueName: "n")
    )
    package var threads: Int?

    @Option(
        help: ArgumentHelp("Seconds until an answer is lost (default: 120).", valueName: "s")
    )
    package var answerWithin: Int?

    /// How many of the cohorts may share a message, unless told: half of them, so that the others are stepped meanwhile; all where more
    /// workers than processors leave nothing to gain from that, and every message costs.
    package func cohortsPerMessage(of cohorts: Int) -> Int {
        let isCrowded = workers > ProcessInfo.processInfo.activeProcessorCount
        return cohortsPerMessage ?? (isCrowded ? cohorts : max(1, cohorts / 2))
    }

    /// The rules of which the help speaks.
    private static var rules: [String] { ["range", "modulo", "hash"] + Help.affinities.map(\.rawValue) }

    private static var partitionHelp: String {
        let standard = Help.affinities.isEmpty ? "" : ", or scenario where it fills the shards"
        return "\(rules.joined(separator: ", ")) (default: range\(standard))."
    }

    /// How states are spread over shards, if that was given.
    package var partition: PartitionRule? { partitionName.flatMap(PartitionRule.init(rawValue:)) }

    /// The number of workers.
    package var workers: Int { workerCount ?? 2 }

    /// The number of shards: those of an elastic run are to go round among more workers than it begins with.
    package var shardCount: Int { shards ?? (elastic ? max(workers, 64) : workers) }

    /// The options that were given and mean nothing without messages.
    package var givenForMessages: [String] {
        [
            ("--workers", workerCount != nil), ("--actors", actors ?? 0 > 0), ("--shards", shards != nil),
            ("--partition", partitionName != nil),
            ("--cohorts-per-message", cohortsPerMessage != nil), ("--answer-within", answerWithin != nil),
            ("--elastic", elastic),
        ].filter(\.1).map(\.0)
    }

    package func validate() throws {
        if let partitionName, partition == nil {
            let rules = PartitionRule.allCases.map(\.rawValue).joined(separator: ", ")
            throw ValidationError("--partition \(partitionName): one of \(rules)")
        }
        if let threads, !(1...1024).contains(threads) {
            throw ValidationError("--threads \(threads): 1 to 1024 threads")
        }
        if let cohortsPerMessage, !(1...1024).contains(cohortsPerMessage) {
            throw ValidationError("--cohorts-per-message \(cohortsPerMessage): 1 to 1024 cohorts")
        }
        if let answerWithin, !(1...86_400).contains(answerWithin) {
            throw ValidationError("--answer-within \(answerWithin): 1 to 86400 seconds")
        }
        if let actors, !(0...1024).contains(actors) {
            throw ValidationError("--actors \(actors): 0 to 1024 actor processes")
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
