public import TabularLearning

/// Where a run's states are kept, as the master's loop sees it.
public struct RunKeeper: Sendable {
    /// The state to return to when something is lost: the last checkpoint's, or the beginning.
    public let lastState: @Sendable () throws -> RunState
    /// The table of the last checkpoint and its round, or the one the run began with and no round; `nil` when there is neither.
    public let lastTable: @Sendable () throws -> (table: ActionValueTable, round: UInt64?)?
    /// Writes a checkpoint, on a thread of its own; `nil` when the run takes none.
    public let save: (@Sendable (RunCapture) throws -> Void)?
    /// How long after a checkpoint the next one is asked for; `nil` for never.
    public let interval: Duration?
    /// Hears of tables that are to be evaluated; may make the run wait until there is room for another.
    public let evaluate: (@Sendable (RunCapture) -> Void)?

    /// Creates a keeper.
    public init(
        lastState: @escaping @Sendable () throws -> RunState,
        lastTable: @escaping @Sendable () throws -> (table: ActionValueTable, round: UInt64?)? = { nil },
        save: (@Sendable (RunCapture) throws -> Void)? = nil,
        interval: Duration? = nil,
        evaluate: (@Sendable (RunCapture) -> Void)? = nil
    ) {
        self.lastState = lastState
        self.lastTable = lastTable
        self.save = save
        self.interval = interval
        self.evaluate = evaluate
    }
}

/// What checkpoints have cost so far.
public struct CheckpointStatistics: Sendable, Hashable {
    /// Checkpoints that were written.
    public var written = 0
    /// Checkpoints that could not be written.
    public var failed = 0
    /// The time the last one took to write, beside the rounds.
    public var lastWriting = Duration.zero
    /// The longest time the rounds stood still for one: taking up its cells, and waiting for the one before.
    public var longestStall = Duration.zero
    /// The sum of those times.
    public var totalStall = Duration.zero

    /// Creates statistics of no checkpoint.
    public init() {}

    /// Counts a time for which the rounds stood still.
    public mutating func add(stall: Duration) {
        longestStall = max(longestStall, stall)
        totalStall += stall
    }
}
