internal import Rounds
internal import TabularLearning
internal import TurnOrders

/// What the run waits for, in words.
extension Master {
    /// How far the run is where it waits for all shards or workers; `nil` while rounds go on and behind their end.
    public var preparation: String? {
        let count = plan.shardCount
        switch phase {
        case .gathering where isRewinding:
            return "the run goes on when its last checkpoint has been read"
        case .gathering:
            let present = roster.workers.count
            if present == roster.neededCount, hasActors {
                let count = "\(actors.names.count) of \(actors.neededCount)"
                return "the rounds go on when all actor processes are there: \(count) have joined"
            }
            return "the rounds go on when all workers are there: \(present) of \(roster.neededCount) have joined"
        case .preparing(let ready):
            return "the rounds begin when all shards are there: \(ready.count) of \(count) shards are ready"
        case .loading(let distributor):
            let ready = count - distributor.waitingCount
            return "the rounds begin when all shards are there: \(ready) of \(count) shards have their cells"
        case .collecting(let collector):
            let done = count - collector.waitingCount
            return "the rounds are over; the table is there when all shards have given it: \(done) of \(count) have"
        case .training, .ended: return nil
        }
    }

    /// The shards whose answers the rounds wait for; none at any other time, or while a world takes its time.
    package var silentShards: [Int] {
        guard case .training = phase, !isWaitingForWorld else { return [] }
        return awaitedShards
    }

    /// Whether the rounds wait for nobody but worlds.
    package var isWaitingForWorld: Bool {
        guard case .training = phase else { return false }
        if let cohort = turns.awaited { return turns.isAway(cohort) && learners[cohort].isWorldAway }
        return learners.contains(where: \.isWorldAway) && awaitedShards.isEmpty
    }

    /// The shards whose answers keep the cohort that is next from its turn, or any where there is no next one.
    var awaitedShards: [Int] {
        if let cohort = turns.awaited { return exchanges[cohort].waitingShards }
        return Set(exchanges.flatMap(\.waitingShards)).sorted()
    }

    /// Shards and those who have them: "shards 0, 2 and 14 more, of worker one".
    package func naming(_ shards: [Int]) -> String {
        let owners = Set(shards.compactMap { roster.owner(ofShard: $0) })
        let workers = roster.workers.filter { owners.contains($0) }
        return Self.list(shards.map { "\($0)" }, "shard") + ", of " + Self.list(workers, "worker")
    }

    private static func list(_ names: [String], _ kind: String) -> String {
        let shown = 4
        let rest = names.count > shown ? " and \(names.count - shown) more" : ""
        return (names.count == 1 ? kind : kind + "s") + " " + names.prefix(shown).joined(separator: ", ") + rest
    }
}
