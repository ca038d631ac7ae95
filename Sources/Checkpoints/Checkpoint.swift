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
    /// Where the run stood.
    public var point: RunPoint
    /// The table, one row per state.
    public var table: ActionValueTable
    /// What the run saved of itself besides the table.
    public var sections: SavedSections

    /// Collects the parts of a checkpoint.
    public init(
        runIdentity: String,
        description: Description,
        point: RunPoint,
        table: ActionValueTable,
        sections: SavedSections
    ) {
        self.runIdentity = runIdentity
        self.description = description
        self.point = point
        self.table = table
        self.sections = sections
    }

    /// Checks that every transition that was issued was applied, and none twice.
    func checkLedger(_ file: String) throws(FileFailure) {
        let applied = table.updateCount
        guard applied == point.transitions else {
            throw FileFailure(
                .damaged,
                "\(file): the ledger does not balance: \(point.transitions) transitions were issued, "
                    + "\(applied) were applied to the table; nothing may go on from it"
            )
        }
    }
}
