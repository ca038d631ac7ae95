/// Which shards should move so that the slowest worker answers sooner: a rule that goes by what has been measured.
///
/// A worker's speed is its work in the time that it takes to answer. What a share of the work would take it is foretold by
/// that, so a worker that is slow for whatever reason keeps as little as it can do in the time of the others.
package struct LoadLeveling {
    /// A worker as it is.
    package struct Worker {
        let name: String
        let shards: [Int]
        /// The mean time to its answer in seconds; `nil` where none has been measured.
        let answerSeconds: Double?
        /// Its speed when it last had shards: a share of all work in a second.
        let formerSpeed: Double?

        /// Describes a worker.
        package init(name: String, shards: [Int], answerSeconds: Double?, formerSpeed: Double? = nil) {
            (self.name, self.shards, self.answerSeconds) = (name, shards, answerSeconds)
            self.formerSpeed = formerSpeed
        }
    }

    /// What is foretold to answer less than so much sooner is not worth a move.
    private static let leastGain = 0.05
    private static let mostMoves = 1024

    private var loads: [Load]

    private struct Load {
        let name: String
        var shards: [(index: Int, work: Double)]
        var work: Double
        /// A share of all work in a second.
        let speed: Double

        var seconds: Double { work / speed }
    }

    /// Takes what has been measured.
    ///
    /// - Parameters:
    ///   - workers: Those who stay, and those who stand by; who has never had shards is taken for average.
    ///   - work: The work of each shard. There is no rule when nobody's speed is known.
    package init?(_ workers: [Worker], work: [UInt64]) {
        let total = max(1, work.reduce(0) { $0 + Double($1) })
        func sum(_ worker: Worker) -> Double { worker.shards.reduce(0) { $0 + Double(work[$1]) / total } }
        let measured = workers.map { worker -> Double? in
            guard let seconds = worker.answerSeconds, seconds > 0, sum(worker) > 0 else { return nil }
            return sum(worker) / seconds
        }
        let speeds = measured.compactMap(\.self).sorted()
        guard !speeds.isEmpty else { return nil }
        let usual = speeds[speeds.count / 2]
        loads = zip(workers, measured).map { worker, speed in
            let shards = worker.shards.map { (index: $0, work: Double(work[$0]) / total) }
            let speed = speed ?? worker.formerSpeed ?? usual
            return Load(name: worker.name, shards: shards, work: sum(worker), speed: speed)
        }
    }

    /// The speed of each worker, as it was measured or is taken to be.
    package var speeds: [String: Double] { Dictionary(uniqueKeysWithValues: loads.map { ($0.name, $0.speed) }) }

    /// The longest time to an answer that is foretold, in seconds.
    package var seconds: Double { loads.map(\.seconds).max() ?? 0 }

    /// Makes the moves on paper, each of which lets the slowest worker answer sooner and nobody answer later than it did.
    ///
    /// - Returns: The shards and who is to have them.
    package mutating func moves() -> [(shard: Int, taker: String)] {
        var moves: [(shard: Int, taker: String)] = []
        while moves.count < Self.mostMoves, let (giver, position, taker) = best() {
            let shard = loads[giver].shards.remove(at: position)
            loads[giver].work -= shard.work
            loads[taker].work += shard.work
            loads[taker].shards.append(shard)
            moves.append((shard.index, loads[taker].name))
        }
        return last(of: moves)
    }

    /// The shard of the slowest whose move leaves the slower of the two fastest.
    private func best() -> (giver: Int, position: Int, taker: Int)? {
        guard let giver = loads.indices.max(by: { loads[$0].seconds < loads[$1].seconds }) else { return nil }
        var found: (giver: Int, position: Int, taker: Int)?
        var least = loads[giver].seconds * (1 - Self.leastGain)
        for (position, shard) in loads[giver].shards.enumerated() where shard.work > 0 {
            guard let taker = soonest(with: shard.work, but: giver) else { continue }
            let after = max(
                (loads[giver].work - shard.work) / loads[giver].speed,
                (loads[taker].work + shard.work) / loads[taker].speed
            )
            if after < least { (least, found) = (after, (giver, position, taker)) }
        }
        return found
    }

    /// Who would answer soonest with so much more work, the first of them.
    private func soonest(with work: Double, but giver: Int) -> Int? {
        loads.indices.filter { $0 != giver }.min {
            (loads[$0].work + work) / loads[$0].speed < (loads[$1].work + work) / loads[$1].speed
        }
    }

    /// A shard that has come by several workers moves once.
    private func last(of moves: [(shard: Int, taker: String)]) -> [(shard: Int, taker: String)] {
        moves.enumerated().filter { place, move in !moves[(place + 1)...].contains { $0.shard == move.shard } }
            .map(\.element)
    }
}
