internal import Messaging
internal import Rounds
internal import TabularLearning
internal import WireProtocol

/// The shards that change owners while rounds go on, one after another.
///
/// First the taker makes room; it may be gone or refuse, and nothing has happened. Then the giver is asked for the cells,
/// behind every round that it was sent, and what comes for the shard is held back. The cells go on to the taker as they
/// come, and behind the last of them what was held back: a mailbox keeps its order, so nobody waits for the taker's word.
/// Its word that it has all of them ends the move, and the giver forgets the shard.
struct ShardMoves: Sendable {
    /// Where a move stands.
    enum Stage {
        /// The taker is to make room.
        case taking
        /// It has, and the shard's copy for a checkpoint is on its way still.
        case ready
        /// The cells are on their way, and rounds of the shard are held back.
        case giving
        /// The shard has its new owner, who has not said that it has all cells.
        case settling
    }

    /// What is held back, in its order.
    enum Held {
        case round(CohortExchange.Request)
        case message(Message)
    }

    /// One move.
    struct Move {
        let shard: Int
        let giver: String
        let taker: String
        /// The number of the move: what the taker's frames carry.
        let term: UInt32
        /// What the giver's frames carry.
        let formerTerm: UInt32
        let cellCount: Int
        var stage = Stage.taking
        /// The number of the round that is the taker's first.
        var nextRound: UInt64 = 0
        var askedCount = 0
        var passedCount = 0
        var held: [Held] = []
    }

    /// The move that is under way.
    private(set) var current: Move?
    /// Moves that somebody has asked for.
    private(set) var wanted: [(shard: Int, taker: String)] = []
    /// Whether it is time to look whether a shard should move.
    var isDue = false
    /// How many shards have moved since the master began.
    private(set) var count: UInt64 = 0
    /// The move that was last to end.
    private(set) var last: Move?
    /// Who has no room for more, in this epoch.
    private(set) var refusing: Set<String> = []
    /// The most cells in one frame: 1 MiB.
    var chunkSize = 1 << 17

    private var terms: [UInt32]
    private var latestTerm: UInt32 = 0

    /// So many parts of a shard are on their way at a time.
    private static let window = 8

    init(shardCount: Int) {
        terms = Array(repeating: 0, count: shardCount)
    }

    /// Whether no move is under way.
    var isIdle: Bool { current == nil }

    /// Whether rounds of a shard are held back.
    var isHolding: Bool { current?.stage == .giving }

    /// Whether what is for a shard is held back.
    func holds(_ shard: Int) -> Bool { isHolding && current?.shard == shard }

    /// Whether a worker is the taker of a move and has made room.
    func isTaker(_ worker: String, at stages: [Stage]) -> Bool {
        current.map { $0.taker == worker && stages.contains($0.stage) } ?? false
    }

    /// Those who have a part in the move.
    var parties: [String] { current.map { [$0.giver, $0.taker] } ?? [] }

    /// Forgets everything of an epoch that has ended.
    mutating func beginEpoch() {
        (current, refusing, wanted, latestTerm) = (nil, [], [], 0)
        for shard in terms.indices { terms[shard] = 0 }
        isDue = true
    }

    /// Notes a move that somebody has asked for.
    mutating func want(_ shard: Int, at taker: String) {
        wanted.append((shard, taker))
        isDue = true
    }

    /// Takes the oldest of them.
    mutating func nextWanted() -> (shard: Int, taker: String)? { wanted.isEmpty ? nil : wanted.removeFirst() }

    /// Begins a move: the taker is to make room.
    mutating func begin(_ shard: Int, from giver: String, to taker: String, cellCount: Int) {
        latestTerm += 1
        current = Move(
            shard: shard,
            giver: giver,
            taker: taker,
            term: latestTerm,
            formerTerm: terms[shard],
            cellCount: cellCount
        )
    }

    /// Drops a move of which nothing has happened.
    mutating func cancel(refused: Bool = false) {
        if refused, let taker = current?.taker { refusing.insert(taker) }
        current = nil
        isDue = true
    }

    /// Takes up that the taker has made room; `false` for word of another move.
    mutating func note(ready shard: Int, term: UInt32) -> Bool {
        guard current?.shard == shard, current?.term == term, current?.stage == .taking else { return false }
        current?.stage = .ready
        return true
    }

    /// Begins to hold back what is for the shard.
    ///
    /// - Returns: The first parts to ask the giver for.
    mutating func give(nextRound: UInt64) -> [DumpRequestFrame] {
        guard current?.stage == .ready else { return [] }
        current?.stage = .giving
        current?.nextRound = nextRound
        // A shard of no cells is asked for as well: the answer says how far it has come.
        var requests = [nextRequest()].compactMap(\.self)
        while requests.count < Self.window, let next = nextRequest() { requests.append(next) }
        return requests
    }

    /// The next part to ask for; `nil` when all have been.
    mutating func nextRequest() -> DumpRequestFrame? {
        guard let move = current, move.askedCount < move.cellCount || move.cellCount == 0 && move.askedCount == 0 else {
            return nil
        }
        let request = DumpRequestFrame(start: move.askedCount, count: min(chunkSize, move.cellCount - move.askedCount))
        current?.askedCount += max(1, request.count)
        return request
    }

    /// Holds back those of a round's requests that are for the shard.
    ///
    /// - Returns: The others.
    mutating func hold(_ requests: [CohortExchange.Request]) -> [CohortExchange.Request] {
        requests.filter { request in
            guard holds(request.shard) else { return true }
            current?.held.append(.round(request))
            return false
        }
    }

    /// Holds a message back that is for the shard.
    mutating func hold(_ message: Message) { current?.held.append(.message(message)) }

    /// Takes up a part of the cells.
    ///
    /// - Returns: Whether it is the next one; `false` for one that came twice, or of another move.
    /// - Throws: `FrameFailure` when it is not what was asked for.
    mutating func pass(_ frame: CellsFrame, _ header: FrameHeader) throws(FrameFailure) -> Bool {
        guard let move = current, move.stage == .giving, Int(header.shard) == move.shard,
            header.term == move.formerTerm, frame.start == move.passedCount
        else { return false }
        let asked = min(chunkSize, move.cellCount - move.passedCount)
        guard frame.cells.count == asked else {
            throw FrameFailure(.malformed, "\(frame.cells.count) cells, asked were \(asked)")
        }
        guard frame.cells.allSatisfy(\.value.isFinite) else {
            throw FrameFailure(.malformed, "an action value is not a finite number")
        }
        current?.passedCount += asked
        return true
    }

    /// What was held back, if all cells have been passed on: the shard has its new owner.
    mutating func changeOwner() -> [Held]? {
        guard let move = current, move.stage == .giving, move.passedCount == move.cellCount else { return nil }
        current?.stage = .settling
        current?.held = []
        terms[move.shard] = move.term
        return move.held
    }

    /// Takes up how many cells the taker has.
    ///
    /// - Returns: The move, when it has come to its end.
    mutating func note(loaded header: FrameHeader) -> Move? {
        guard let move = current, move.stage == .settling, header.term == move.term, Int(header.shard) == move.shard,
            header.sequence == UInt64(move.cellCount)
        else { return nil }
        (current, last) = (nil, move)
        count += 1
        isDue = true
        return move
    }
}
