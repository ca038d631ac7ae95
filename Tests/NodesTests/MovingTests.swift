import MasterNode
import Messaging
import SimulatedCluster
import TabularLearning
import Testing
import WireProtocol
import WorkerNode

@Suite("Shards that change owners while rounds go on")
struct MovingTests {
    @Test("workers that come are given shards and those that go give theirs away, without a rollback")
    func comingAndGoing() throws {
        var run = SimulatedRun()
        run.isElastic = true
        (run.shards, run.steps) = (5, 200)
        let reference = try run.referenceTable()
        for seed in 1...50 as ClosedRange<UInt64> {
            let faults = [
                Fault(.extraWorker, before: 100), Fault(.drainWorker, before: 600), Fault(.moveShard, before: 900),
            ]
            var cluster = SimulatedCluster(run, workerCount: 2, seed: seed, faults)
            guard case .finished(let master) = cluster.play() else {
                Issue.record("seed \(seed) does not end: \(cluster.reports)")
                continue
            }
            #expect(master.table?.cells == reference.cells, "seed \(seed)")
            #expect(cluster.rollbackCount == 0 && master.rollbackCount == 0, "seed \(seed): \(cluster.reports)")
            #expect(master.moveCount >= 2, "seed \(seed)")
        }
    }

    @Test("the shards of who wants to go are for who has the fewest rows, and each move evens the rows out")
    func rebalancing() throws {
        var owners = [0: "a", 1: "a", 2: "a", 3: "b"]
        let rows = [10, 20, 10, 5]
        func policy() -> Rebalancing {
            let owners = owners
            return Rebalancing(rowCounts: rows) { worker in owners.keys.filter { owners[$0] == worker }.sorted() }
        }
        let drain = try #require(policy().drain("a", among: ["a", "b", "new"]))
        #expect(drain == (0, "new"))
        #expect(policy().drain("a", among: ["a"]) == nil)
        var moves = 0
        while let move = policy().balance(among: ["a", "b", "new"]) {
            owners[move.shard] = move.taker
            moves += 1
            try #require(moves < 10)
        }
        #expect(owners == [0: "b", 1: "new", 2: "a", 3: "b"])
    }

    @Test("a place without shards waits for nobody, and a rollback lets those go who want to")
    func membership() {
        var members = Membership(placeCount: 2, shardCount: 4)
        #expect(members.admit("a") && members.admit("b") && !members.admit("c"))
        members.note(standby: "c")
        members.move(0, to: "c")
        #expect(members.workers == ["a", "b", "c"] && members.standbys.isEmpty && members.neededCount == 3)
        members.move(2, to: "b")
        #expect(members.workers == ["b", "c"] && members.standbys == ["a"] && members.knows("a"))
        #expect(members.neededCount == 2 && members.shards(of: "b") == [1, 2, 3])
        members.remove("a")
        members.note(leaving: "b")
        #expect(members.candidates == ["c"])
        #expect(members.beginEpoch() == ["b"])
        #expect(members.shards(of: "c") == [0, 1, 2, 3] && members.isComplete && members.missingCount == 0)
        members.note(leaving: "c")
        #expect(members.beginEpoch().isEmpty && members.isComplete, "nobody could have its shards")
    }

    private static let assignment = AssignmentFrame(
        epoch: 1,
        shards: [.init(index: 0, rowCount: 2)],
        actionCount: 2,
        initialValue: 0.5,
        stepSize: .constant(0.5)
    )

    private func send(_ body: [UInt32], to worker: inout Worker) throws -> [(header: FrameHeader, words: [UInt32])] {
        let message = Message(type: "TEST", correlation: 0, body: body)
        return try worker.receive(.delivery(message, in: .worker("w"))).compactMap {
            guard case .publish(let message, _) = $0 else { return nil }
            return (try FrameHeader(of: message.body), message.body)
        }
    }

    private func round(_ sequence: UInt64, cells: [UInt32]) -> [UInt32] {
        let header = FrameHeader(kind: .round, epoch: 1, sequence: sequence)
        let targets = cells.map { _ in Float(1.5).bitPattern }
        return RoundFrame.encode(header: header, answerForm: .rows, cells: cells[...], targets: targets[...], rows: [0])
    }

    @Test("a worker gives a shard away cell by cell, and another goes on where it was")
    func handOver() throws {
        var (giver, taker) = (Worker(id: "w"), Worker(id: "w"))
        _ = try send(Self.assignment.encoded(), to: &giver)
        #expect(try send(round(0, cells: [1]), to: &giver).count == 1)

        let take = FrameHeader(kind: .take, epoch: 1, cohort: 7)
        for _ in 0..<2 {
            let room = try send(Self.assignment.encoded(header: take), to: &taker)
            #expect(room.map(\.header) == [FrameHeader(kind: .ready, epoch: 1, cohort: 7)], "asked again, said again")
        }
        for start in [0, 2] {
            let give = FrameHeader(kind: .give, epoch: 1)
            let cells = try #require(
                try send(DumpRequestFrame(start: start, count: 2).encoded(header: give), to: &giver).first
            )
            #expect(cells.header == FrameHeader(kind: .cells, epoch: 1))
            #expect(try send(round(1, cells: [0]), to: &giver).isEmpty, "nothing changes what is given")
            let load = FrameHeader(kind: .load, epoch: 1, cohort: 7, sequence: 1)
            let loaded = try send(CellsFrame(cells.words).encoded(header: load), to: &taker)
            #expect(loaded.map(\.header.kind) == [.loaded] && loaded[0].header.sequence == UInt64(start + 2))
        }
        let stale = encodeBare(FrameHeader(kind: .given, epoch: 1, cohort: 3))
        _ = try send(stale, to: &giver)
        #expect(giver.shardCount == 1, "another term")
        _ = try send(encodeBare(FrameHeader(kind: .given, epoch: 1)), to: &giver)
        #expect(giver.shardCount == 0 && giver.isOffering && giver.statistics.givenShards == 1)

        let answer = try #require(try send(round(1, cells: [1]), to: &taker).first)
        let rows = try AnswersFrame(answer.words, header: answer.header, actionCount: 2)
        // 0.5 → 1 at the giver → 1.25
        #expect(rows.withRows { $0[1] } == Float(1.25).bitPattern)
    }

    @Test("who has no memory for a shard says so, and keeps its own")
    func noRoom() throws {
        var worker = Worker(id: "w", cellLimit: 7)
        _ = try send(Self.assignment.encoded(), to: &worker)
        let other = AssignmentFrame(
            epoch: 1,
            shards: [.init(index: 4, rowCount: 2)],
            actionCount: 2,
            initialValue: 0.5,
            stepSize: .constant(0.5)
        )
        let take = FrameHeader(kind: .take, epoch: 1, shard: 4, cohort: 2)
        let words = try send(other.encoded(header: take), to: &worker)
        #expect(words.map(\.header) == [FrameHeader(kind: .refusal, epoch: 1, shard: 4, cohort: 2)])
        #expect(try NoticeFrame(words[0].words).reason.contains("7 cells") && worker.shardCount == 1)
    }

    @Test("who wants to go says so in the place of its offers, and ends when nobody can have its shards")
    func farewell() throws {
        var worker = Worker(id: "w")
        _ = try send(Self.assignment.encoded(), to: &worker)
        guard case .publish(let message, .control) = worker.leave() else {
            Issue.record("it says nothing")
            return
        }
        let wish = try JoinFrame(message.body)
        #expect(wish.isLeaving && wish.shardCount == 1 && wish.epoch == 1 && message.type == "LEAVE")
        _ = try send(encodeBare(FrameHeader(kind: .leave, epoch: 1, sequence: 1)), to: &worker)
        #expect(worker.farewell == .promised)
        let end = Message(type: "LEAVE", correlation: 0, body: encodeBare(FrameHeader(kind: .leave, epoch: 1)))
        let actions = worker.receive(.delivery(end, in: .worker("w")))
        #expect(worker.farewell == .inVain)
        #expect(actions.contains { if case .finish = $0 { true } else { false } })
    }
}
