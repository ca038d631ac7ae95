internal import Messaging
internal import Rounds
internal import TabularLearning
internal import WireProtocol

/// The cohorts of an actor process while they learn.
///
/// Each goes its own way: it is taken up when the answers to its round are there, whatever the others do. The workers put the
/// rounds of all cohorts in order.
struct CohortTroupe: Sendable {
    /// One cohort.
    private struct Member {
        var learner: CohortLearner
        var exchange: CohortExchange
        /// The round it has sent last; the first one is `firstRound`.
        var round: UInt64
        /// The rounds behind the last step.
        var drained = 0
        var isDone = false
        /// Updates sent to each shard in this epoch.
        var issued: [UInt64]
        /// The round that was reported last.
        var reportedRound: UInt64?
        /// What the answers so far say of the round.
        var marks: RoundFrame.Sections = []

        mutating func accept(_ answer: AnswersFrame, from shard: Int) throws(FrameFailure) {
            try exchange.accept(answer, from: shard, under: learner.queries.masks, into: &learner.answers)
            marks.formUnion(answer.marks)
        }

        /// Gives the learner its answers.
        ///
        /// - Returns: What the first cohort has said of the round.
        mutating func deliver() -> RoundFrame.Sections {
            exchange.deliver(to: &learner)
            defer { marks = [] }
            return marks
        }
    }

    /// What the master wants of coming rounds; heeded where the first cohort is.
    var marks: WantedMarks
    /// Why the cohorts cannot go on; `nil` while they can.
    private(set) var objection: String?

    private let frame: CohortsFrame
    private let mailboxes: [Mailbox]
    private let actionCount: Int
    private let planeCount: Int
    /// The first round of the epoch.
    private let firstRound: UInt64
    private var members: [Member]
    private var outbox: RoundOutbox
    private var roundCount: UInt64 = 0
    /// The transitions that have been told of.
    private var toldTransitions: UInt64 = 0

    var count: Int { members.count }
    var holdsRounds: Bool { !outbox.isEmpty }

    /// Puts cohorts where a run begins or goes on.
    ///
    /// - Throws: `CohortMismatch` and others that say in a sentence what does not fit.
    init(_ preparation: CohortPreparation, _ learners: [CohortLearner]) throws {
        let frame = preparation.frame
        guard learners.map(\.index) == Array(frame.cohorts), let first = learners.first else {
            throw CohortMismatch("\(learners.map(\.index)) are not the cohorts \(frame.cohorts)")
        }
        let rule = try PartitionRule.named(frame.partition)
        let (space, planeCount) = (first.space, first.planeCount)
        let partitioner = try Partitioner(frame, rule, of: space, planeCount: planeCount)
        let exchange = CohortExchange(
            partitioner: partitioner,
            actionCount: space.actionCount,
            planeCount: planeCount,
            aggregation: frame.sumsRows ? .sum : .owner,
            asksAll: true
        )
        self.frame = frame
        (actionCount, self.planeCount) = (space.actionCount, planeCount)
        marks = preparation.marks
        firstRound = frame.round.map { $0 + 1 } ?? 0
        mailboxes = frame.workers.map { .worker($0) }
        outbox = RoundOutbox(placeCount: frame.workers.count)
        members = learners.map { learner in
            Member(
                learner: learner,
                exchange: exchange,
                round: frame.round ?? 0,
                issued: Array(repeating: 0, count: partitioner.shardCount)
            )
        }
        for (index, state) in preparation.states.enumerated() {
            try members[index].learner.restore(SavedSections(state ?? []))
        }
        toldTransitions = transitionCount
    }

    /// Sends the first round of each cohort: at the beginning of a run the first questions, later what follows from the
    /// answers that were written down.
    mutating func begin() throws -> [CohortActor.Action] {
        var actions: [CohortActor.Action] = []
        for index in members.indices {
            actions += frame.round == nil ? request(index) : try use(index)
        }
        return actions + release()
    }

    /// Sends the rounds that wait.
    mutating func release() -> [CohortActor.Action] {
        outbox.release { mailboxes[$0] }.map { .publish($0.message, to: $0.mailbox) }
    }

    /// Takes up a shard's answer; with the last one of its round the cohort goes on.
    mutating func takeUp(_ words: [UInt32], _ header: FrameHeader) throws(FrameFailure) -> [CohortActor.Action] {
        let (index, shard) = (Int(header.cohort) - frame.cohorts.lowerBound, Int(header.shard))
        guard members.indices.contains(index), shard < frame.owners.count else {
            throw FrameFailure(.malformed, "an answer of shard \(shard) to cohort \(header.cohort), which is not here")
        }
        // What is not the answer to the question that is open, is old or came twice.
        guard members[index].exchange.isWaiting(for: header.sequence, of: shard) else { return [] }
        do throws(FrameFailure) {
            let answer = try AnswersFrame(words, header: header, actionCount: actionCount, planeCount: planeCount)
            try members[index].accept(answer, from: shard)
        } catch {
            objection = "the answer of shard \(shard) cannot be used: \(error)"
            return []
        }
        return members[index].exchange.isComplete ? goOn(index) : []
    }

    /// What is new of the cohorts, for the master.
    mutating func progress() -> [CohortActor.Action] {
        members.indices.compactMap { index in
            // The answers to the round that was sent last are not in, but where all is done.
            guard !members[index].isDone, members[index].round > firstRound else { return nil }
            let round = members[index].round - 1
            guard members[index].reportedRound != round else { return nil }
            members[index].reportedRound = round
            return report(index, round)
        }
    }

    /// The rounds whose answers came in since the last time, and the transitions whose targets they made.
    mutating func takeCounts() -> (rounds: UInt64, transitions: UInt64) {
        let transitions = transitionCount
        defer { (roundCount, toldTransitions) = (0, transitions) }
        return (roundCount, transitions - toldTransitions)
    }

    /// The transitions whose targets the cohorts have formed since the run began.
    private var transitionCount: UInt64 { members.reduce(0) { $0 + $1.learner.statistics.transitions } }

    /// Uses a round's answers and sends the next round.
    private mutating func goOn(_ index: Int) -> [CohortActor.Action] {
        roundCount += 1
        let marks = members[index].deliver()
        let saved = marks.contains(.cut) ? save(index) : []
        if marks.contains(.end) { members[index].learner.stopEarly() }
        if members[index].drained > members[index].learner.drainingRounds {
            members[index].isDone = true
            return saved + [report(index, members[index].round)]
        }
        do {
            return saved + (try use(index))
        } catch {
            objection = "\(error)"
            return []
        }
    }

    /// Uses a round's answers, and builds the next round once the world has been stepped: at once, or when it comes back.
    private mutating func use(_ index: Int) throws(EnvironmentFailure) -> [CohortActor.Action] {
        guard members[index].learner.answered() else { return endTurn(index) }
        if members[index].learner.mayTakeLong {
            return [
                .perform(
                    members[index].learner.lendWorld(stepping: true),
                    cohort: frame.cohorts.lowerBound + index
                )
            ]
        }
        try members[index].learner.stepWorld()
        return endTurn(index)
    }

    /// Takes a world back that has been stepped elsewhere.
    mutating func take(_ job: WorldJob, of cohort: Int) -> [CohortActor.Action] {
        let index = cohort - frame.cohorts.lowerBound
        guard members.indices.contains(index) else { return [] }
        do {
            return try members[index].learner.take(job).isMine ? endTurn(index) : []
        } catch {
            objection = "\(error)"
            return []
        }
    }

    private mutating func endTurn(_ index: Int) -> [CohortActor.Action] {
        if members[index].learner.isBehindLastStep { members[index].drained += 1 }
        members[index].round += 1
        return request(index)
    }

    /// Builds a cohort's round, which may wait for those of others.
    private mutating func request(_ index: Int) -> [CohortActor.Action] {
        let cohort = frame.cohorts.lowerBound + index
        let turn = (members[index].round - firstRound) * UInt64(frame.cohortCount) + UInt64(cohort)
        let epoch = frame.epoch
        let requests = members[index].exchange.requests(
            for: members[index].learner,
            marks: cohort == 0 ? takeMarks(members[index].round) : .init()
        ) { shard in
            FrameHeader(kind: .round, epoch: epoch, shard: shard, cohort: cohort, sequence: turn)
        }
        for request in requests { members[index].issued[request.shard] += UInt64(request.updateCount) }
        let place = { [owners = frame.owners] (shard: Int) in owners[shard] }
        let others = outbox.hasRoom(for: requests, from: place) ? [] : release()
        outbox.append(requests, to: place)
        let isComplete = outbox.cohortCount >= min(frame.mostCohortsPerMessage, members.count) || outbox.isFull
        return isComplete ? others + release() : others
    }

    private mutating func takeMarks(_ round: UInt64) -> CohortExchange.Marks {
        var taken = CohortExchange.Marks()
        let period = frame.checkpointRounds
        taken.ends = marks.takeEnd()
        taken.copy = marks.takeCut(dueWhere: period > 0 && round > 0 && round.isMultiple(of: period))
        return taken
    }

    /// What a cohort is at a cut: its answers are there, and nothing has come of them.
    private func save(_ index: Int) -> [CohortActor.Action] {
        let member = members[index]
        var sections = member.learner.saved
        sections.add(ShardCounts.section, ShardCounts.words(of: member.issued))
        let header = FrameHeader(
            kind: .state,
            epoch: frame.epoch,
            cohort: frame.cohorts.lowerBound + index,
            sequence: member.round
        )
        return StateFrame.parts(of: sections.words, header: header).map {
            .publish(Message(type: "STATE", correlation: 0, body: $0), to: .replies)
        }
    }

    private func report(_ index: Int, _ round: UInt64) -> CohortActor.Action {
        let member = members[index]
        var figures = member.learner.figures
        figures.add(ShardCounts.section, ShardCounts.words(of: member.issued))
        let body = ProgressFrame(isDone: member.isDone, figures: figures.words)
            .encoded(epoch: frame.epoch, cohort: frame.cohorts.lowerBound + index, round: round)
        return .publish(Message(type: "PROGRESS", correlation: 0, body: body), to: .replies)
    }
}

/// Cohorts that are not those that were asked for.
struct CohortMismatch: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}

extension PartitionRule {
    fileprivate static func named(_ name: String) throws(CohortMismatch) -> Self {
        guard let rule = Self(rawValue: name) else {
            throw CohortMismatch("states cannot be spread by '\(name)': run the same release of shardq on both")
        }
        return rule
    }
}

extension Partitioner {
    /// The partition that a master has, where it fits the table.
    fileprivate init(_ frame: CohortsFrame, _ rule: PartitionRule, of space: StateSpace, planeCount: Int) throws {
        if let factor = frame.affinityFactor {
            guard space.factors.indices.contains(factor) else {
                throw CohortMismatch("states have no factor \(factor) by which they could be spread")
            }
            guard frame.assignment.isEmpty || frame.assignment.count == space.factors[factor].levelCount else {
                throw CohortMismatch("\(frame.assignment.count) levels of a factor that has other ones")
            }
        }
        try self.init(
            rule: rule,
            space: space,
            affinityFactor: frame.affinityFactor,
            assignment: frame.assignment.isEmpty ? nil : frame.assignment,
            shardCount: frame.owners.count,
            planeCount: planeCount
        )
    }
}
