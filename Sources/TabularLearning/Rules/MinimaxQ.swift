/// Minimax-Q: two players with opposite interests, and what follows is worth what the first can make sure of.
///
///     V(s′) = maxₓ minₒ Σₐ xₐ Q(s′, a, o);  Q(s, a, o) ← Q(s, a, o) + α [r + γᵏ V(s′) − Q(s, a, o)]
///
/// An action of the table is a move of each: a × OPPONENT + o. The game of a row is solved as a linear program (`MatrixGame`).
/// To whoever chooses, a pair is worth 2 minₒ′ Q(s, a, o′) − Q(s, a, o), so that the greedy one is the first player's safest
/// move and the worst reply to it; what is learned is a draw, and both players explore while it is (`--epsilon 1`). Masks are
/// meant to be of moves: a pair that is forbidden while both of its moves are in allowed pairs counts as the least of the
/// allowed ones. With one reply the rule is Q-learning.
///
/// Source: Littman 1994.
struct MinimaxQ: LearningRule {
    let name = "minimax-q"
    let code: UInt32 = 60
    let summary = "two players, one gets what the other loses: toward the value of the next game"
    let opponentCount: Float
    private let replyCount: Int
    /// 2¹⁶ / `replyCount`, rounded up: dividing by the same number for every pair of every row took half of the time.
    private let reciprocal: Int

    init(opponentCount: Float = 1) {
        self.opponentCount = opponentCount
        replyCount = Int(opponentCount)
        reciprocal = ((1 << 16) + replyCount - 1) / replyCount
    }

    var options: [RuleOption] {
        [RuleOption("OPPONENT", "moves of the other player", absence: 1, within: 1...8, isWhole: true)]
    }
    var numbers: [Float] { [opponentCount] }
    func with(_ numbers: [Float]) -> any LearningRule { Self(opponentCount: numbers[0]) }

    func objection(actionCount: Int) -> String? {
        let (moves, rest) = actionCount.quotientAndRemainder(dividingBy: Int(opponentCount))
        return opponentCount == 1 || rest == 0 && (1...MatrixGame.mostMoves).contains(moves)
            ? nil
            : "\(actionCount) actions, which are not 1 to 8 moves with \(Int(opponentCount)) of the other player each"
    }

    @inline(__always)
    func actingValue(_ row: (_ plane: Int, _ action: Int) -> Float, _ action: Int) -> Float {
        // Exact, since an action is below 64 and there are at most 8 replies.
        let first = ((action &* reciprocal) &>> 16) &* replyCount
        var worst = row(0, first)
        for other in 1..<replyCount { worst = min(worst, row(0, first &+ other)) }
        return worst + (worst - row(0, action))
    }

    @inline(__always)
    func bootstrap(
        _ row: (_ plane: Int, _ action: Int) -> Float,
        _ greatest: Float,
        _ allowed: UInt64,
        _ note: QueryNote,
        _ epsilon: Float
    ) -> Float {
        let count = replyCount
        guard count > 1 else { return greatest }
        let pairCount = (~allowed).trailingZeroBitCount
        if allowed.nonzeroBitCount == pairCount, pairCount % count == 0 {
            // Nothing is forbidden: a move's number is its place.
            return Float(
                MatrixGame(rowCount: pairCount / count, columnCount: count) { Double(row(0, $0 &* count &+ $1)) }.value
            )
        }
        var (own, others) = (UInt64(0), UInt64(0))
        var (rest, least) = (allowed, Float.infinity)
        while rest != 0 {
            let (move, reply) = rest.trailingZeroBitCount.quotientAndRemainder(dividingBy: count)
            own |= 1 << UInt64(move)
            others |= 1 << UInt64(reply)
            least = min(least, row(0, rest.trailingZeroBitCount))
            rest &= rest &- 1
        }
        let game = MatrixGame(rowCount: own.nonzeroBitCount, columnCount: others.nonzeroBitCount) { move, reply in
            let pair = Self.place(move, in: own) * count + Self.place(reply, in: others)
            return Double(allowed >> UInt64(pair) & 1 == 1 ? row(0, pair) : least)
        }
        return Float(game.value)
    }

    /// Where the n-th set bit is.
    @inline(__always)
    private static func place(_ number: Int, in set: UInt64) -> Int {
        var rest = set
        for _ in 0..<number { rest &= rest &- 1 }
        return rest.trailingZeroBitCount
    }
}
