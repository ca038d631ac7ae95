public import TabularLearning

/// All that a run needs to go on from a round as if it had never stopped.
///
/// The table is in the order of the states, so a checkpoint does not depend on the number of shards or on how states
/// are spread over them.
public struct Checkpoint<Description: Codable & Sendable>: Sendable {
    /// What tells the run from every other: two runs with the same identity end in the same bits.
    public var runIdentity: String
    /// What the table is learned on, in the form the scenario's owner gave it.
    public var description: Description
    /// The epoch of the run in which it was taken.
    public var epoch: UInt32
    /// The number of rounds that were finished.
    public var round: UInt64
    /// The number of steps that all lanes took together.
    public var laneSteps: UInt64
    /// The number of transitions that were issued, all of them applied to the table.
    public var transitions: UInt64
    /// The table, one row per state.
    public var table: ActionValueTable
    /// What each cohort saved of itself, in the order of the cohorts.
    public var cohorts: [[UInt32]]

    /// Collects the parts of a checkpoint.
    public init(
        runIdentity: String,
        description: Description,
        epoch: UInt32,
        round: UInt64,
        laneSteps: UInt64,
        transitions: UInt64,
        table: ActionValueTable,
        cohorts: [[UInt32]]
    ) {
        self.runIdentity = runIdentity
        self.description = description
        self.epoch = epoch
        self.round = round
        self.laneSteps = laneSteps
        self.transitions = transitions
        self.table = table
        self.cohorts = cohorts
    }

    /// Checks that every transition that was issued was applied, and none twice.
    func checkLedger(_ file: String) throws(FileFailure) {
        let applied = table.updateCount
        guard applied == transitions else {
            throw FileFailure(
                .damaged,
                "\(file): the ledger does not balance: \(transitions) transitions were issued, "
                    + "\(applied) were applied to the table; nothing may go on from it"
            )
        }
    }
}
