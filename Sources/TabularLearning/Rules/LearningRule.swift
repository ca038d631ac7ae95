/// How action values are learned: a value with two halves.
///
/// Where decisions are made, a rule says what is asked of a row besides its maximum (`asksWithNotes`) and which plane of
/// the table an update moves (`plane`). Where the rows are, it says what an action is worth to whoever acts
/// (`actingValue`), what a transition into the row's state bootstraps on (`bootstrap`), and what an update does to the
/// row where it is more than a step toward its target (`move`). Everything between the two, messages, shards,
/// checkpoints and recovery, is the same for all.
///
/// A rule is one file beside this one and a line in `UpdateRule.all`; `docs/writing-a-rule.md` walks through one. Its
/// functions depend on their arguments and on nothing else, and add in a fixed order: the same bits from every layout.
public protocol LearningRule: Sendable {
    /// What it is called on the command line and in files: `q-learning`.
    var name: String { get }

    /// Its number on the wire, unlike that of any other rule.
    var code: UInt32 { get }

    /// What it is for, in a line of help.
    var summary: String { get }

    /// What may be said behind its name, in this order.
    var options: [RuleOption] { get }

    /// The numbers of its options, one each.
    var numbers: [Float] { get }

    /// The rule with other numbers.
    ///
    /// - Parameter numbers: One for each option, each sound.
    /// - Returns: A rule of the same name.
    func with(_ numbers: [Float]) -> any LearningRule

    /// Why it cannot be had with a number of actions; `nil` where it can.
    func objection(actionCount: Int) -> String?

    /// Why it cannot be had with these states and actions; `nil` where it can.
    func objection(to space: StateSpace) -> String?

    /// The action values that each state and action have, 1 to `ActionValueTable.mostPlanes`.
    var planeCount: Int { get }

    /// How many of them, from the first on, are values that are learned, whose visits count; the others are a memory.
    var learnedPlaneCount: Int { get }

    /// How its returns go over several steps of a lane; `nil` where each transition is learned by itself.
    var returns: ReturnForm? { get }

    /// How it learns what is above an average, without a discount; `nil` where it has a discount.
    var average: AverageForm? { get }

    /// Whether it averages over the ε-greedy policy.
    var averagesOverEpsilon: Bool { get }

    /// α, where the rule fixes it and takes no other.
    var fixedStepSize: Float? { get }

    /// Whether an update does something else than to move its value by α toward its target: `move` is asked then.
    var hasOwnMove: Bool { get }

    /// After how many steps of the first cohort's lanes the values of the first plane are copied into the last; `nil` for never.
    var copyPeriod: UInt64? { get }

    /// How lanes explore, where the rule fixes it and takes nothing else.
    var ownExploration: Exploration? { get }

    /// Whether what is added to action values is added to those of a plane.
    func takesOffset(_ plane: Int) -> Bool

    /// Whether a question says more than which row is meant: what its lane would do if it explored, its coin, and ε.
    ///
    /// Where it does not, it is answered with the largest acting value, and `bootstrap` is not asked.
    var asksWithNotes: Bool { get }

    /// The plane that the update of a transition moves; asked where more than one is learned.
    ///
    /// - Parameters:
    ///   - note: What the question for the next state said; of a transition into a terminal state, what it would have
    ///     said.
    ///   - random: 64 random bits of the lane and the step, whose highest is the note's coin.
    /// - Returns: Below `learnedPlaneCount`.
    func plane(_ note: QueryNote, _ random: UInt64) -> Int

    /// Takes an update, where `hasOwnMove`.
    ///
    /// - Parameters:
    ///   - cells: The table's cells.
    ///   - place: The row, and which of its values is meant.
    ///   - target: What it is to move toward.
    ///   - stepSize: The rule for α.
    func move(
        _ cells: inout MutableSpan<ActionValueTable.Cell>,
        _ place: CellPlace,
        toward target: Float,
        by stepSize: StepSize
    )

    /// What an action is worth to whoever chooses: the greedy action is one of those with the largest.
    ///
    /// - Parameters:
    ///   - row: The row's action values by plane and action.
    ///   - action: The action.
    /// - Returns: A finite number where all action values are.
    func actingValue(_ row: (_ plane: Int, _ action: Int) -> Float, _ action: Int) -> Float

    /// Whether it learns the same from a transition whoever has made it, whenever, and however often it comes: what may be
    /// replayed.
    var learnsOffPolicy: Bool { get }

    /// What a transition into this row's state bootstraps on.
    ///
    /// - Parameters:
    ///   - row: The row's action values by plane and action.
    ///   - greatest: The largest acting value among the allowed actions.
    ///   - allowed: The allowed actions as a bit set, not empty.
    ///   - note: What the question said.
    ///   - epsilon: ε when the question was asked.
    /// - Returns: A finite number where all action values are.
    func bootstrap(
        _ row: (_ plane: Int, _ action: Int) -> Float,
        _ greatest: Float,
        _ allowed: UInt64,
        _ note: QueryNote,
        _ epsilon: Float
    ) -> Float

    /// Answers from a table's rows. Rules do not implement it; each has its own compiled copy of the one there is.
    func answer(
        _ question: Question,
        _ rows: Span<UInt32>,
        of table: ActionValueTable,
        into answers: inout GreedyAnswers
    )

    /// Answers from a whole table, whose rows are the states. Not implemented by rules.
    func answer(
        _ question: Question,
        states: Span<UInt64>,
        of table: ActionValueTable,
        into answers: inout GreedyAnswers
    )

    /// Answers from rows that have been brought. Not implemented by rules.
    func answer(_ question: Question, rows: [Float], actionCount: Int, into answers: inout GreedyAnswers)

    /// Moves the updates of a step into the planes that `plane` says. Not implemented by rules.
    ///
    /// - Parameters:
    ///   - columns: The actions of the batch's transitions; become plane × actions + action.
    ///   - batch: The step.
    ///   - notes: What was asked with its queries.
    ///   - coins: The lanes' random bits.
    ///   - actionCount: The actions there are.
    func choosePlanes(
        _ columns: inout [UInt8],
        of batch: StepBatch,
        _ notes: [UInt8],
        _ coins: LaneCoins,
        actionCount: Int
    )

    /// Takes updates addressed by cell, in order, by `move`. Not implemented by rules.
    func apply(
        cells indices: Span<UInt32>,
        targets: Span<UInt32>,
        stepSize: StepSize,
        to cells: inout MutableSpan<ActionValueTable.Cell>,
        actionCount: Int
    )

    /// Takes updates addressed by state and column, in order, by `move`. Not implemented by rules.
    func apply(
        _ updates: Updates,
        stepSize: StepSize,
        to cells: inout MutableSpan<ActionValueTable.Cell>,
        actionCount: Int
    )
}

extension LearningRule {
    /// None.
    public var options: [RuleOption] { [] }

    /// None.
    public var numbers: [Float] { [] }

    /// The same.
    public func with(_ numbers: [Float]) -> any LearningRule { self }

    /// None but that a row has at most 256 values: an update names one in a byte.
    public func objection(actionCount: Int) -> String? {
        actionCount * planeCount <= 256
            ? nil : "\(planeCount) values of each of \(actionCount) actions, which may be 256 a row"
    }

    /// That of its actions, and that a state of reference is one of them.
    public func objection(to space: StateSpace) -> String? {
        if let state = average?.reference, state >= space.stateCount {
            return "state \(state) of \(space.stateCount), which count from 0"
        }
        return objection(actionCount: space.actionCount)
    }

    /// One.
    public var planeCount: Int { 1 }

    /// All.
    public var learnedPlaneCount: Int { planeCount }

    /// One transition each.
    public var returns: ReturnForm? { nil }

    /// None.
    public var average: AverageForm? { nil }

    /// It does not.
    public var averagesOverEpsilon: Bool { false }

    /// Whatever is chosen.
    public var fixedStepSize: Float? { nil }

    /// It does not.
    public var hasOwnMove: Bool { false }

    /// Never.
    public var copyPeriod: UInt64? { nil }

    /// Whatever is chosen.
    public var ownExploration: Exploration? { nil }

    /// It does not.
    public var learnsOffPolicy: Bool { false }

    /// Of all.
    @inline(__always)
    public func takesOffset(_ plane: Int) -> Bool { true }

    /// It does.
    public var asksWithNotes: Bool { true }

    /// The first.
    public func plane(_ note: QueryNote, _ random: UInt64) -> Int { 0 }

    /// The largest acting value.
    @inline(__always)
    public func bootstrap(
        _ row: (_ plane: Int, _ action: Int) -> Float,
        _ greatest: Float,
        _ allowed: UInt64,
        _ note: QueryNote,
        _ epsilon: Float
    ) -> Float { greatest }

    /// The action value.
    @inline(__always)
    public func actingValue(_ row: (_ plane: Int, _ action: Int) -> Float, _ action: Int) -> Float { row(0, action) }

    /// By α.
    @inline(__always)
    public func move(
        _ cells: inout MutableSpan<ActionValueTable.Cell>,
        _ place: CellPlace,
        toward target: Float,
        by stepSize: StepSize
    ) {
        let cell = cells[place.cell]
        cells[place.cell] = cell.moved(by: stepSize(cell.visitCount) * (target - cell.value))
    }
}

/// What a question says besides its row: a byte that is known before it is asked, since whether and where a lane explores
/// does not depend on any action value.
public struct QueryNote: RawRepresentable, Sendable, Hashable {
    /// The note as it travels.
    ///
    /// Bits 0 to 6: the action that the lane takes if it explores at this step, 127 if it does not. Bit 7: its coin.
    public let rawValue: UInt8

    /// Takes a note from the wire.
    @inlinable
    public init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    /// Writes a note.
    ///
    /// - Parameters:
    ///   - exploring: The action, below 64; `nil` where the lane is greedy.
    ///   - coin: 0 or 1.
    @inlinable
    public init(exploring: UInt8?, coin: UInt8) {
        rawValue = (exploring ?? 127) | coin << 7
    }

    /// Whether the lane explores.
    @inlinable public var explores: Bool { rawValue & 127 != 127 }

    /// The action it takes then.
    @inlinable public var action: Int { Int(rawValue & 127) }

    /// A fair coin of the lane and the step: 0 or 1.
    @inlinable public var coin: Int { Int(rawValue >> 7) }

    /// What the action that the lane takes is worth in a row of one plane: the greatest, unless it explores.
    ///
    /// Without a branch: a processor cannot foresee who explores.
    @inline(__always)
    func taken(_ row: (_ plane: Int, _ action: Int) -> Float, _ greatest: Float) -> Float {
        // All ones where the lane explores.
        let explores = (Int32(rawValue & 127) &- 64) &>> 31
        let value = row(0, Int(Int32(rawValue & 127) & explores)).bitPattern
        let mask = UInt32(bitPattern: explores)
        return Float(bitPattern: (value & mask) | (greatest.bitPattern & ~mask))
    }
}

/// What is asked of a number of rows besides which they are.
public struct Question: Sendable {
    /// One a row; empty for a rule that asks without.
    public var notes: [UInt8] = []
    /// ε at this step.
    public var epsilon: Float = 0
    /// The allowed actions of each row as bit sets; empty where all are.
    public var masks: [UInt64] = []
    /// What is added to each action value, [rows × actions] row-major; empty for nothing.
    public var offsets: [Float] = []

    /// Creates a question about maxima.
    public init() {}
}
