/// How action values are learned: a value with two halves.
///
/// Where decisions are made, a rule says what is asked of a row besides its maximum (`asksWithNotes`) and which plane of
/// the table an update moves (`plane`). Where the rows are, it says what an action is worth to whoever acts
/// (`actingValue`) and what a transition into the row's state bootstraps on (`bootstrap`). Everything between the two,
/// messages, shards, checkpoints and recovery, is the same for all.
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

    /// The action values that each state and action have, 1 or 2.
    var planeCount: Int { get }

    /// Whether a question says more than which row is meant: what its lane would do if it explored, its coin, and ε.
    var asksWithNotes: Bool { get }

    /// The plane that the update of a transition moves.
    ///
    /// - Parameter note: What the question for the next state said; of a transition into a terminal state, what it would
    ///   have said.
    /// - Returns: Below `planeCount`.
    func plane(_ note: QueryNote) -> Int

    /// What an action is worth to whoever chooses: the greedy action is one of those with the largest.
    ///
    /// - Parameters:
    ///   - row: The row's action values by plane and action.
    ///   - action: The action.
    /// - Returns: A finite number where all action values are.
    func actingValue(_ row: (_ plane: Int, _ action: Int) -> Float, _ action: Int) -> Float

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
}

extension LearningRule {
    /// One.
    public var planeCount: Int { 1 }

    /// It does.
    public var asksWithNotes: Bool { true }

    /// The only one.
    public func plane(_ note: QueryNote) -> Int { 0 }

    /// The action value.
    @inline(__always)
    public func actingValue(_ row: (_ plane: Int, _ action: Int) -> Float, _ action: Int) -> Float { row(0, action) }
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
