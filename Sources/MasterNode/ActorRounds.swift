internal import Rounds
internal import TabularLearning
internal import WireProtocol

/// What the master knows, in an epoch, of the rounds that actor processes have with the workers.
struct ActorRounds: Sendable {
    /// How far a cohort is.
    private struct Standing: Sendable {
        var round: UInt64
        var isDone = false
        /// Updates sent to each shard.
        var issued: [UInt64]
    }

    /// A cut that was asked for.
    struct Cut: Sendable {
        /// The number of the shards' copies.
        let copy: UInt64
        /// Whether it is taken at once, and not when one is due.
        let isImmediate: Bool
        /// The round it was taken at, once a cohort has said so.
        fileprivate(set) var round: UInt64?
        fileprivate var assemblies: [StateAssembly]
        fileprivate var states: [SavedSections?]
        fileprivate var issued: [UInt64]
    }

    /// The cut that is asked for and not all there.
    private(set) var cut: Cut?
    /// Whether the end has been asked for.
    var isEndWanted = false
    private var standings: [Standing]
    private let shardCount: Int

    init(cohortCount: Int, shardCount: Int, round: UInt64) {
        self.shardCount = shardCount
        let standing = Standing(round: round, issued: Array(repeating: 0, count: shardCount))
        standings = Array(repeating: standing, count: cohortCount)
    }

    /// The rounds that every cohort has behind it.
    var round: UInt64 { standings.map(\.round).min() ?? 0 }

    /// Whether all that was learned is in the shards.
    var isDone: Bool { standings.allSatisfy(\.isDone) }

    /// The updates sent to each shard, as far as is known.
    var issued: [UInt64] {
        (0..<shardCount).map { shard in standings.reduce(0) { $0 + $1.issued[shard] } }
    }

    /// Takes up how far a cohort is.
    ///
    /// - Returns: Whether that is news.
    mutating func note(_ cohort: Int, round: UInt64, isDone: Bool, issued: [UInt64]) -> Bool {
        guard round > standings[cohort].round || isDone && !standings[cohort].isDone else { return false }
        standings[cohort] = Standing(round: round, isDone: isDone, issued: issued)
        return true
    }

    /// Notes that a cut has been asked for, or asked for at once.
    mutating func want(copy: UInt64, isImmediate: Bool) {
        cut = Cut(
            copy: copy,
            isImmediate: isImmediate,
            assemblies: standings.map { _ in StateAssembly() },
            states: standings.map { _ in nil },
            issued: Array(repeating: 0, count: shardCount)
        )
    }

    /// Takes a part of what a cohort is at the cut.
    ///
    /// - Returns: The cut and what all cohorts are there, once that is complete.
    /// - Throws: `FrameFailure` when it is no part of that.
    mutating func take(
        _ part: StateFrame,
        of cohort: Int,
        round: UInt64
    ) throws(FrameFailure) -> (cut: Cut, states: [SavedSections], issued: [UInt64])? {
        guard var cut else { throw FrameFailure(.malformed, "a state of cohort \(cohort), and no cut was asked for") }
        guard cut.states[cohort] == nil, cut.round ?? round == round else {
            throw FrameFailure(.malformed, "a state of cohort \(cohort) at round \(round), which is none of the cut")
        }
        // One owner of the parts at a time.
        self.cut = nil
        defer { self.cut = cut }
        cut.round = round
        guard let words = try cut.assemblies[cohort].take(part) else { return nil }
        do throws(WordReader.Failure) {
            var sections = try SavedSections(words)
            let issued = try ShardCounts.take(from: &sections, shardCount: shardCount)
            for shard in issued.indices { cut.issued[shard] += issued[shard] }
            cut.states[cohort] = sections
        } catch {
            throw FrameFailure(.malformed, "the state of cohort \(cohort): \(error)")
        }
        guard cut.states.allSatisfy({ $0 != nil }) else { return nil }
        return (cut, cut.states.compactMap(\.self), cut.issued)
    }

    /// Forgets the cut: it is complete, or its cells are on their way.
    mutating func forgetCut() { cut = nil }
}
