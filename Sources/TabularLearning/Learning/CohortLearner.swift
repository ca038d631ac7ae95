/// Learning for one cohort: turns answered queries into targets, actions and the next queries.
///
/// The same value runs in the serial reference and in the master, so that there is one place where learning happens.
/// It is driven by alternation: read `updates` and `queries`, have the table apply the former and answer the latter
/// into `answers`, call `answered()`, and have the world stepped if that says so: by `stepWorld()`, or anywhere else
/// by what `lendWorld()` gives and `take(_:)` takes back. `advance()` does both on the spot.
public struct CohortLearner: Sendable {
    /// Which cohort of the run this is.
    public let index: Int

    /// The environments of the cohort's lanes; `nil` while they are lent.
    var world: (any Environment)?
    /// Who has them, while they are lent.
    var loan: WorldJob?
    /// What the environments' figures were when they last came back.
    var lastGauges: [Gauge] = []
    /// How often they have been lent.
    var loanCount: UInt64 = 0

    /// The rows of the table and the actions: the states of the world, or its tiles.
    public let space: StateSpace

    /// The number of lanes.
    public let laneCount: Int

    /// The steps of an episode, where those of all lanes have one length and end together; `nil` elsewhere.
    public let episodeSteps: Int?

    /// Whether the environment's steps may take long.
    public let mayTakeLong: Bool

    /// Whether the environment can be written down and put back, and with it the learner.
    public let isRestorable: Bool

    /// What was learned and has not been handed to the table.
    public internal(set) var updates = Updates()

    /// The answers to `queries`; the owner of this value fills them before `advance()`.
    public var answers: GreedyAnswers

    /// Counts since the start.
    public internal(set) var statistics = LearnerStatistics()

    /// How it has learned so far.
    public internal(set) var curve: LearningCurve

    /// The number of steps the environment has taken.
    public internal(set) var stepsTaken: UInt64 = 0

    var plannedSteps: UInt64
    let parameters: LearningParameters
    /// How values are learned, looked up once.
    private let rule: any LearningRule
    /// What the queries ask besides their rows, but for what the batch says of them.
    private(set) var notes: [UInt8] = []
    private let cohortCount: Int
    let discounts: [Float]
    private let laneKeys: [UInt64]
    private let coinKeys: [UInt64]
    var batch = StepBatch()
    /// One per decision of `batch`, once they are chosen.
    var actions: [UInt8] = []
    /// What is remembered of the lanes, where the rule's targets need it.
    var memory: LaneMemory?
    /// What is remembered to be learned from again, where that is wanted.
    package var experience: ExperienceReplay?
    /// What is between states and rows, where values are sums over tiles.
    var tiles: TileValues?
    /// The ε of each lane as shares of 2³², where they differ, and the ε that they are made of.
    private var ladder: (epsilon: Double, thresholds: [UInt64]) = (-1, [])
    /// What was learned and waits until it is old enough.
    var held: HeldUpdates
    /// Who looks on; nobody while a run is made.
    var watch: UpdateWatch?
    var phase: Phase

    enum Phase: UInt32, Sendable {
        /// The answers serve to choose actions only; there is nothing to learn yet, or it has been learned.
        case decide = 0
        /// The answers serve to form targets only.
        case learn = 1
        /// The answers serve for both.
        case learnAndDecide = 2
        /// No more answers are needed.
        case finished = 3
    }

    /// Creates a learner and begins its environment.
    ///
    /// - Parameters:
    ///   - index: Which cohort this is, below `cohortCount`.
    ///   - cohortCount: The number of cohorts of the run, all with the same number of lanes.
    ///   - environment: A fresh environment.
    ///   - parameters: The numbers of the learning rule.
    ///   - seed: The run's seed.
    ///   - plannedSteps: The number of environment steps to take.
    public init(
        index: Int,
        of cohortCount: Int,
        environment: any Environment,
        parameters: LearningParameters,
        seed: UInt64,
        plannedSteps: UInt64
    ) {
        self.index = index
        self.cohortCount = cohortCount
        space = environment.tiles?.space ?? environment.space
        laneCount = environment.laneCount
        episodeSteps = environment.episodeSteps
        isRestorable = environment is any RestorableEnvironment
        mayTakeLong = environment.mayTakeLong
        world = environment
        self.parameters = parameters
        precondition(parameters.objection == nil, "settings that go together")
        rule = parameters.update.rule
        memory = parameters.update.remembersLanes ? LaneMemory(laneCount: environment.laneCount) : nil
        memory?.reference = parameters.update.average?.reference
        precondition((memory?.reference ?? 0) < environment.space.stateCount, "a state of reference that exists")
        self.plannedSteps = plannedSteps
        answers = GreedyAnswers(ties: parameters.ties, actionCount: environment.space.actionCount)
        curve = LearningCurve(plannedSteps: plannedSteps, episodeSteps: environment.episodeSteps)
        discounts = Self.powers(of: parameters.discount)
        let random = CounterBasedRandom(seed: seed, stream: .exploration)
        let firstLane = UInt64(index) * UInt64(environment.laneCount)
        laneKeys = (0..<environment.laneCount).map { random.laneKey(firstLane + UInt64($0)) }
        let coins = CounterBasedRandom(seed: seed, stream: .coin)
        coinKeys = (0..<environment.laneCount).map { coins.laneKey(firstLane + UInt64($0)) }
        if let coding = environment.tiles {
            precondition(TileCoding.objection(to: parameters) == nil, "settings that tiles can be had with")
            tiles = TileValues(coding, laneCount: environment.laneCount, returns: parameters.update.returns)
        }
        held = HeldUpdates(roundCount: parameters.staleness.heldRounds)
        phase = .decide
        if parameters.replay != .none {
            experience = ExperienceReplay(
                parameters.replay,
                space: environment.space,
                discounts: discounts,
                seed: seed,
                cohort: index
            )
        }
        world?.begin(&batch)
        experience?.meet(batch)
        askForReference()
        writeNotes()
        tiles?.ask(batch.queries)
        if plannedSteps == 0 { finish() }
    }

    /// The rows to be read now; empty once the learner is finished.
    public var queries: StepBatch.Queries { tiles?.queries ?? batch.queries }

    /// Whether only `updates` are left to be applied, and none are held back.
    public var isFinished: Bool { phase == .finished && held.isEmpty }

    /// Whether choice and bootstrap look at all actions as they are, so that each row's maximum says enough.
    public var needsOnlyMaxima: Bool {
        !parameters.update.asksWithNotes && batch.queries.masks.isEmpty && batch.queries.offsets.isEmpty
            && !parameters.exploration.needsRows && tiles == nil
    }

    /// Whether whoever has the rows can answer the questions, given what is asked: not where something is added to each
    /// action value, actions are drawn from all of them, or they are sums over several rows.
    public var canBeAskedForMaxima: Bool {
        batch.queries.offsets.isEmpty && !parameters.exploration.needsRows && tiles == nil
    }

    /// What the queries ask besides their rows.
    public var question: Question {
        var question = Question()
        question.notes = notes
        question.epsilon = Float(parameters.epsilon.value(at: laneSteps))
        question.masks = batch.queries.masks
        question.offsets = batch.queries.offsets
        return question
    }

    /// Whether `queries` are those of the round before, asked once more because updates have come between.
    public var asksAgain: Bool { parameters.staleness == .fresh && phase == .decide && stepsTaken > 0 }

    /// The lane-steps of all cohorts so far, as far as this cohort can know: its own times the number of cohorts.
    public var laneSteps: UInt64 { stepsTaken * UInt64(laneCount) * UInt64(cohortCount) }

    /// Why nothing of this world can be replayed, though it is asked for; `nil` where it can, or is not.
    public var replayObjection: String? {
        experience == nil || batch.queries.offsets.isEmpty
            ? nil : "what is added to its action values is seen now and was another when a transition was made"
    }

    /// Ends the run after the transitions that have been issued.
    public mutating func stopEarly() {
        plannedSteps = loan?.steps == true ? stepsTaken + 1 : stepsTaken
        if phase == .decide { finish() }
    }

    /// Reduces whole rows to `answers`.
    ///
    /// - Parameter rows: [queries × actionCount × planes] action values in the order of `queries`.
    public mutating func answer(rows: [Float]) {
        let rows = tiles?.sums(of: rows) ?? rows
        let actionCount = space.actionCount
        if let policy = SoftPolicy(parameters.exploration, at: laneSteps) { return answer(policy, rows) }
        guard parameters.update.asksWithNotes else {
            return answers.reduce(rows: rows, actionCount: actionCount, queries: batch.queries)
        }
        answers.resize(to: batch.queries.count)
        let question = question
        rule.answer(question, rows: rows, actionCount: actionCount, into: &answers)
    }

    /// Answers with actions that a policy draws from whole rows.
    private mutating func answer(_ policy: SoftPolicy, _ rows: [Float]) {
        answers.resize(to: batch.queries.count)
        let choice = choice
        let randoms = batch.queries.lanes.map { choice.bits(laneKeys[Int($0)]) }
        let question = question
        rule.answer(policy, randoms, question, rows: rows, actionCount: space.actionCount, into: &answers)
    }

    /// Answers the queries from a table whose rows are the states.
    ///
    /// - Parameters:
    ///   - table: The whole table.
    ///   - rows: Room for the rows where their maxima do not say enough; its memory is reused.
    public mutating func answer(from table: ActionValueTable, through rows: inout [Float]) {
        if needsOnlyMaxima {
            table.greedy(queries.states.span, into: &answers)
        } else if parameters.update.asksWithNotes, !parameters.exploration.needsRows, tiles == nil {
            let (question, states) = (question, batch.queries.states)
            rule.answer(question, states: states.span, of: table, into: &answers)
        } else {
            table.copyRows(queries.states.span, to: &rows)
            answer(rows: rows)
        }
    }

    /// Uses the answers and steps the world on the spot, if it is to be stepped.
    ///
    /// - Throws: `EnvironmentFailure` when the environment cannot go on.
    public mutating func advance() throws(EnvironmentFailure) {
        if answered() { try stepWorld() }
    }

    /// Uses the answers: forms the targets of the last step's transitions and chooses actions.
    ///
    /// - Returns: Whether the world is to be stepped before `updates` and `queries` are those of the next round.
    public mutating func answered() -> Bool {
        precondition(answers.count == batch.queries.count, "every query has its answer")
        updates.removeAll()
        watch?.beginRound()
        var decides = false
        switch phase {
        case .decide:
            decides = true
            phase = parameters.staleness == .fresh ? .learn : .learnAndDecide
        case .learn:
            learnFromStep()
            if stepsTaken < plannedSteps { phase = .decide } else { finish() }
        case .learnAndDecide:
            learnFromStep()
            decides = stepsTaken < plannedSteps
            if !decides { finish() }
        case .finished:
            break
        }
        if decides { chooseActions() } else { handOver() }
        return decides
    }

    /// Takes up the step that has been written into `batch`.
    mutating func noteStep() {
        stepsTaken += 1
        experience?.extend(&batch, at: stepsTaken)
        askForReference()
        writeNotes()
        tiles?.ask(batch.queries)
        for episodeReturn in batch.episodeReturns {
            statistics.episodes += 1
            statistics.episodeReturnSum += episodeReturn
        }
        if curve.isDue(at: stepsTaken, isLast: stepsTaken == plannedSteps) {
            curve.mark(steps: stepsTaken, statistics, gauges)
        }
        handOver()
    }

    /// Gives what was learned to the table, or holds it back and gives what is old enough.
    private mutating func handOver() {
        held.exchange(&updates)
        statistics.transitions += UInt64(updates.count)
    }

    private mutating func finish() {
        phase = .finished
        batch.removeAll()
        experience?.forgetDraws()
        notes.removeAll(keepingCapacity: true)
        tiles?.ask(batch.queries)
        answers.resize(to: 0)
    }

    private mutating func learnFromStep() {
        if tiles != nil { memory?.knownReturns = [] }
        if watch == nil { formTargets() } else { formWatchedTargets() }
        tiles?.share(&updates, of: batch, memory?.knownReturns)
        if index == 0, let period = parameters.update.copyPeriod { updates.copiesValues = stepsTaken % period == 0 }
    }

    /// Asks for the row whose value is the average, where the rule has one, behind all others.
    private mutating func askForReference() {
        guard let memory, let state = memory.reference else { return }
        batch.queries.states.append(state)
        batch.queries.lanes.append(0)
        if !batch.queries.masks.isEmpty { batch.queries.masks.append(ActionMask.all(space.actionCount)) }
        if !batch.queries.offsets.isEmpty {
            batch.queries.offsets.append(contentsOf: repeatElement(0, count: space.actionCount))
        }
    }

    /// Notes what the queries ask besides their rows, where the rule wants it.
    mutating func writeNotes() {
        guard parameters.update.asksWithNotes else { return }
        climb()
        notes.resize(to: batch.queries.count, filling: 0)
        choice.write(&notes, of: batch.queries, laneKeys, coinKeys)
    }

    /// Moves the updates of a step into the planes that the coins of their lanes say: those that the questions for the next
    /// states were asked with.
    mutating func choosePlanes() {
        rule.choosePlanes(&updates.columns, of: batch, notes, choice.coins(coinKeys), actionCount: space.actionCount)
    }

    /// The choice at this step.
    private var choice: EpsilonGreedy {
        EpsilonGreedy(
            epsilon: parameters.epsilon.value(at: laneSteps),
            step: stepsTaken,
            actionCount: space.actionCount,
            ladder: ladder.thresholds
        )
    }

    /// Gives each lane its own ε, where they differ.
    private mutating func climb() {
        guard case .ladder(let exponent) = parameters.exploration else { return }
        let epsilon = parameters.epsilon.value(at: laneSteps)
        guard epsilon != ladder.epsilon else { return }
        let lanes = (index * laneCount)..<((index + 1) * laneCount)
        let all = Exploration.ladder(epsilon, exponent, lanes: lanes, of: laneCount * cohortCount)
        ladder = (epsilon, all.map { UInt64($0 * 0x1p32) })
    }

    private mutating func chooseActions() {
        climb()
        let count = batch.decisionCount
        statistics.decisions += UInt64(count)
        actions.resize(to: count, filling: 0)
        if notes.isEmpty || answers.choice != .lowest {
            choice.choose(answers, for: batch.queries, laneKeys: laneKeys, into: &actions)
        } else {
            EpsilonGreedy.choose(greedy: answers.actions, by: notes, into: &actions)
        }
        if memory != nil { memory?.note(batch.queries, answers, actions) }
        tiles?.note(batch.queries, actions)
        if experience != nil {
            // The world is given back what it wrote.
            experience?.cut(&batch)
            experience?.forgetDraws()
        }
    }

    private static func powers(of discount: Float) -> [Float] {
        var powers: [Float] = [1]
        for _ in 1...255 { powers.append((powers.last ?? 1) * discount) }
        return powers
    }
}
