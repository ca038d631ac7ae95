internal import Synchronization
public import TabularLearning

/// Runs the rounds of one table on several threads of a process, without messages: the same bits as the serial reference.
///
/// One thread leads: it begins with `run`, and looks at the state between two of its calls. Any number of others `help`.
/// `RoundSchedule` says who does what; what a thread works on is guarded besides, so that a mistake there could cost
/// time and not memory's safety.
public final class RoundTeam: Sendable {
    /// A cohort in a place that threads can share.
    private final class Desk: Sendable {
        let learner: Mutex<CohortLearner>

        init(_ learner: CohortLearner) {
            self.learner = Mutex(learner)
        }
    }

    private struct Plan {
        var schedule: RoundSchedule
        var failure: EnvironmentFailure?
        /// Whether nobody is to begin anything.
        var isOver = false
    }

    /// What a thread reuses from task to task.
    private struct Scratch {
        var answers: GreedyAnswers
        var rows: [Float] = []
    }

    private let plan: Mutex<Plan>
    private let changes: ChangeSignal
    private let desks: [Desk]
    private let table: Mutex<ActionValueTable>
    private let stepSize: StepSize
    private let update: UpdateRule
    /// What answers to a part of a cohort's queries are put into.
    private let emptyAnswers: GreedyAnswers
    /// How many have helped: each is the member of its number, and the lead is member 0.
    private let helperCount = Atomic<Int>(0)

    /// So many queries are answered by one thread in one go: a few microseconds' work.
    private static let queriesPerPart = 512

    /// Creates a team that goes on from a state, or begins.
    ///
    /// - Parameters:
    ///   - state: The cohorts and the table.
    ///   - parameters: The numbers the learners were made with.
    ///   - glances: How often a thread without a task looks for one before it goes to sleep; unless told, about as long as a
    ///     task of a large round takes, since to sleep and to be woken would take longer than many tasks, and never where
    ///     worlds take their time, which want the core.
    public init(_ state: consuming RunState, parameters: LearningParameters, glances: Int? = nil) {
        let round = state.round
        let (learners, table) = state.begun(with: parameters)
        plan = Mutex(Plan(schedule: RoundSchedule(cohortCount: learners.count, round: round)))
        desks = learners.map(Desk.init)
        self.table = Mutex(table)
        stepSize = parameters.stepSize
        update = parameters.update
        emptyAnswers = GreedyAnswers(ties: parameters.ties, actionCount: table.actionCount)
        changes = ChangeSignal(glances: glances ?? (learners.contains(where: \.mayTakeLong) ? 0 : 100_000))
    }

    /// Runs rounds; the calling thread takes part in all of it.
    ///
    /// - Parameter rounds: How many, at least 1; fewer if the run ends before.
    /// - Returns: Whether a further round is needed.
    /// - Throws: `EnvironmentFailure` when an environment cannot go on; nothing more is run then.
    public func run(rounds: Int) throws(EnvironmentFailure) -> Bool {
        change { $0.schedule.allow(rounds: rounds) }
        work(as: 0, while: { !$0.schedule.isIdle })
        let (failure, isFinished) = plan.withLock { ($0.failure, $0.schedule.isFinished) }
        if let failure { throw failure }
        return !isFinished
    }

    /// Takes part in all rounds until the team is told to end; blocks its thread.
    public func help() {
        work(as: helperCount.add(1, ordering: .relaxed).newValue, while: { _ in true })
    }

    /// Sends the helpers home.
    public func end() {
        change { $0.isOver = true }
    }

    /// Ends the run after the transitions that have been issued, which the next `run` finishes.
    ///
    /// Not while rounds are running.
    public func stopEarly() {
        for desk in desks { desk.learner.withLock { $0.stopEarly() } }
    }

    /// The rounds that every cohort has behind it.
    public var round: UInt64 { plan.withLock { $0.schedule.round } }

    /// The cohorts, in order.
    ///
    /// Not while rounds are running; and let go before the next, which would copy what is held.
    public var learners: [CohortLearner] { desks.map { $0.learner.withLock { $0 } } }

    /// The run as it is.
    ///
    /// Not while rounds are running; and let go before the next, which would copy what is held.
    public var state: RunState { RunState(round: round, answered: learners, table: table.withLock { $0 }) }

    private func change(_ body: (inout Plan) -> Void) {
        plan.withLock { body(&$0) }
        changes.raise()
    }

    private func work(as member: Int, while isWanted: (Plan) -> Bool) {
        var scratch = Scratch(answers: emptyAnswers)
        while let task = next(for: member, while: isWanted) {
            switch task {
            case .advance(let cohort): advance(cohort)
            case .apply(let cohort):
                let parts = apply(cohort)
                change { $0.schedule.note(applied: cohort, parts: parts) }
            case .answer(let cohort, let part, let count):
                answer(cohort, part, of: count, &scratch)
                change { $0.schedule.noteAnswered() }
            }
        }
    }

    /// Waits for a task; `nil` when none is wanted any more.
    private func next(for member: Int, while isWanted: (Plan) -> Bool) -> RoundSchedule.Task? {
        while true {
            let seen = changes.count
            let (task, goesOn) = plan.withLock { plan -> (RoundSchedule.Task?, Bool) in
                guard !plan.isOver else { return (nil, false) }
                return (plan.schedule.next(for: member), isWanted(plan))
            }
            if task != nil || !goesOn { return task }
            changes.wait(beyond: seen)
        }
    }

    private func advance(_ cohort: Int) {
        do throws(EnvironmentFailure) {
            let isFinished = try desks[cohort].learner.withLock { learner throws(EnvironmentFailure) in
                try learner.advance()
                return learner.isFinished
            }
            change { $0.schedule.note(advanced: cohort, isFinished: isFinished) }
        } catch {
            change { plan in
                plan.failure = plan.failure ?? error
                plan.isOver = true
            }
        }
    }

    private func apply(_ cohort: Int) -> Int {
        desks[cohort].learner.withLock { learner in
            table.withLock { $0.take(learner, by: update, stepSize: stepSize) }
            let count = learner.queries.count
            // Where nobody asks nobody answers either, and the answers of the round before have to go.
            if count == 0 { learner.answers.resize(to: 0) }
            guard learner.needsOnlyMaxima else { return min(count, 1) }
            learner.answers.resize(to: count)
            return (count + Self.queriesPerPart - 1) / Self.queriesPerPart
        }
    }

    /// Answers from a copy of the table that shares its memory.
    ///
    /// Not inlined, so that the copy is gone on return: whoever changes the table next must be the only one to have it,
    /// or all of it would be copied.
    @inline(never)
    private func answer(_ cohort: Int, _ part: Int, of count: Int, _ scratch: inout Scratch) {
        let table = table.withLock { $0 }
        // The only part is all of them: few, or with masks or offsets, under which whole rows are reduced.
        if count == 1 {
            return desks[cohort].learner.withLock { $0.answer(from: table, through: &scratch.rows) }
        }
        let states = desks[cohort].learner.withLock { $0.queries.states }
        let start = part * Self.queriesPerPart
        let range = start..<min(start + Self.queriesPerPart, states.count)
        table.greedy(states.span.extracting(range), into: &scratch.answers)
        desks[cohort].learner.withLock { $0.answers.overwrite(from: start, with: scratch.answers) }
    }
}
