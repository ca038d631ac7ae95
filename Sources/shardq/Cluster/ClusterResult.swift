internal import CommandBasics
internal import Foundation
internal import WireProtocol

/// What `shardq cluster --json` prints; documented in `docs/cli.md`.
struct ClusterResult: Encodable {
    struct Worker: Encodable {
        var name: String
        var isLeaving: Bool
        var answerMilliseconds: Double
        var shards: [Int]
        var work: UInt64
    }

    var epoch: UInt32
    var round: UInt64
    var moves: UInt64
    var said: String?
    var movedNow: UInt64?
    var seconds: Double?
    var workers: [Worker]
    /// What the last of several passes has moved.
    private var lastMoves: UInt64 = 0

    private enum CodingKeys: String, CodingKey { case epoch, round, moves, said, movedNow, seconds, workers }

    /// Takes up an answer.
    init(_ status: StatusFrame, said: String? = nil, moves: UInt64? = nil, taken: Duration? = nil) {
        epoch = status.epoch
        round = status.round
        self.moves = status.moveCount
        self.said = said
        movedNow = moves
        seconds = taken?.seconds
        workers = status.workers.map { worker in
            Worker(
                name: worker.name,
                isLeaving: worker.isLeaving,
                answerMilliseconds: Double(worker.answerMicroseconds) / 1000,
                shards: worker.shards.map(\.index),
                work: worker.shards.reduce(0) { $0 &+ $1.work }
            )
        }
    }

    /// Whether the last pass has moved nothing.
    var hasSettled: Bool { lastMoves == 0 }

    /// This pass behind others.
    func behind(_ earlier: Self) -> Self {
        var both = self
        both.lastMoves = movedNow ?? 0
        both.movedNow = (movedNow ?? 0) + (earlier.movedNow ?? 0)
        both.seconds = (seconds ?? 0) + (earlier.seconds ?? 0)
        return both
    }

    /// Prints what has come of a wish.
    func print(_ outcome: String?, asJSON: Bool) throws {
        if asJSON { return try Console.result(encodeJSON(self)) }
        let count = movedNow ?? 0
        let moved = "\(count) \(count == 1 ? "shard" : "shards") moved in \((seconds ?? 0).short) s"
        let done = outcome.map { "\($0) (\(moved))" } ?? moved
        try Console.result([said, done].compactMap(\.self).joined(separator: "\n"))
    }

    /// The workers in a table.
    var text: String {
        let total = Double(max(1, workers.reduce(0) { $0 &+ $1.work }))
        let rows = workers.map { worker in
            [
                worker.name, "\(worker.shards.count)", "\((100 * Double(worker.work) / total).short) %",
                worker.answerMilliseconds == 0 ? "–" : worker.answerMilliseconds.short,
                worker.isLeaving ? "goes" : worker.shards.isEmpty ? "stands by" : "serves",
            ]
        }
        let all = [["worker", "shards", "work", "ms to answer", ""]] + rows
        let widths = (0..<5).map { column in all.map { $0[column].count }.max() ?? 0 }
        let lines = all.map { row in
            zip(row, widths).map { $0.padding(toLength: $1, withPad: " ", startingAt: 0) }.joined(separator: "  ")
        }
        return (["round \(round), epoch \(epoch), \(moves) shards moved so far"] + lines).joined(separator: "\n")
    }
}
