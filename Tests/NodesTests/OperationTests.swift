import MasterNode
import Messaging
import SimulatedCluster
import TabularLearning
import Testing
import WireProtocol

@Suite("What whoever operates a run may ask for")
struct OperationTests {
    @Test("a worker that is drained goes without a rollback, and the bits are those of the undisturbed run")
    func drain() throws {
        var run = SimulatedRun()
        (run.shards, run.steps) = (5, 200)
        let reference = try run.referenceTable()
        var moves: UInt64 = 0
        for seed in 1...30 as ClosedRange<UInt64> {
            let faults = [
                Fault(.operatorDrains, before: 300), Fault(.operatorBalances, before: 600),
                Fault(.operatorDrains, before: 900),
            ]
            var cluster = SimulatedCluster(run, workerCount: 3, seed: seed, faults)
            guard case .finished(let master) = cluster.play() else {
                Issue.record("seed \(seed) does not end: \(cluster.reports)")
                continue
            }
            #expect(master.table?.cells == reference.cells, "seed \(seed)")
            #expect(cluster.rollbackCount == 0 && master.rollbackCount == 0, "seed \(seed): \(cluster.reports)")
            moves += master.moveCount
        }
        #expect(moves > 60)
    }

    private static func workers(_ shards: [[Int]], _ seconds: [Double?]) -> [LoadLeveling.Worker] {
        zip(shards, seconds).enumerated().map { index, entry in
            .init(name: "w\(index)", shards: entry.0, answerSeconds: entry.1)
        }
    }

    private static func balanced(
        _ shards: [[Int]],
        _ seconds: [Double?],
        _ work: [UInt64]
    ) -> (moves: Int, before: Double, after: Double, shards: [[Int]])? {
        guard var leveling = LoadLeveling(workers(shards, seconds), work: work) else { return nil }
        let before = leveling.seconds
        let moves = leveling.moves()
        var owners = shards
        for (shard, taker) in moves {
            for index in owners.indices { owners[index].removeAll { $0 == shard } }
            owners[Int(taker.dropFirst()) ?? 0].append(shard)
        }
        return (moves.count, before, leveling.seconds, owners.map { $0.sorted() })
    }

    @Test("a worker at a tenth of the speed keeps a tenth of what the others have, by work and not by shards")
    func slowWorker() throws {
        let shards = (0..<4).map { worker in (0..<16).map { $0 * 4 + worker } }
        let even = try #require(Self.balanced(shards, [10, 1, 1, 1], Array(repeating: 100, count: 64)))
        #expect(even.before == 10 && even.after < 1.4 && (1...3).contains(even.shards[0].count))
        // One shard has half of the work of its worker: speeds count, not numbers.
        var work = Array(repeating: UInt64(100), count: 64)
        work[1] = 1500
        let uneven = try #require(Self.balanced(shards, [10, 2, 1, 1], work))
        #expect(uneven.after < 3 && uneven.shards.flatMap(\.self).sorted() == Array(0..<64))
        #expect(uneven.shards[0].count < 6)
    }

    @Test("nothing moves where nothing is gained, and nothing is foretold where nothing was measured")
    func nothingToGain() throws {
        let shards = [[0, 1], [2, 3]]
        #expect(try #require(Self.balanced(shards, [1, 1], [5, 5, 5, 5])).moves == 0)
        #expect(Self.balanced(shards, [nil, nil], [5, 5, 5, 5]) == nil)
        #expect(Self.balanced(shards, [1, 1], [0, 0, 0, 0]) == nil)
        // Who was too slow for any shard is not tried again.
        let former = LoadLeveling.Worker(name: "w2", shards: [], answerSeconds: nil, formerSpeed: 0.01)
        var leveling = try #require(LoadLeveling(Self.workers(shards, [1, 1]) + [former], work: [5, 5, 5, 5]))
        let moves = leveling.moves()
        #expect(moves.isEmpty)
        // Who stands by is taken for average.
        let standby = try #require(Self.balanced(shards + [[]], [1, 1, nil], [5, 5, 5, 5]))
        #expect(standby.moves >= 1 && standby.after <= 1)
    }

    @Test("wishes that cannot be fulfilled are refused in words")
    func refusals() throws {
        var master = try SimulatedRun().master()
        func answer(_ wish: WishFrame.Wish) throws -> StatusFrame {
            let body = WishFrame(wish, asker: "op", number: 7).encoded()
            let message = Message(type: "WISH", correlation: 0, body: body)
            for case .publish(let message, .worker("op")) in master.receive(.delivery(message, in: .control)) {
                return try StatusFrame(message.body, header: FrameHeader(of: message.body))
            }
            throw FrameFailure(.malformed, "no answer")
        }
        let shown = try answer(.show)
        #expect(shown.refusal == nil && shown.number == 7 && shown.workers.isEmpty && !shown.isMoving)
        for wish in [.drain(worker: "w0"), .move(shard: 0, worker: "w0"), .balance] as [WishFrame.Wish] {
            #expect(try answer(wish).refusal?.contains("ask again later") == true)
        }
    }

    @Test("wishes and answers come back as they were written")
    func frames() throws {
        for wish in [.show, .drain(worker: "a"), .move(shard: 65_535, worker: "b"), .balance] as [WishFrame.Wish] {
            let frame = WishFrame(wish, asker: "somebody", number: 1 << 40)
            let words = frame.encoded()
            #expect(try WishFrame(words, header: FrameHeader(of: words)) == frame)
        }
        let status = StatusFrame(
            number: 3,
            epoch: 9,
            refusal: "no",
            note: "",
            round: 1 << 33,
            moveCount: 4,
            isMoving: true,
            workers: [
                .init(name: "w", isLeaving: true, answerMicroseconds: 5, shards: [.init(index: 2, work: 1 << 50)]),
                .init(name: "standby", isLeaving: false, answerMicroseconds: 0, shards: []),
            ]
        )
        let words = status.encoded()
        #expect(try StatusFrame(words, header: FrameHeader(of: words)) == status)
    }
}
