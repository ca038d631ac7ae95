/// Updates to be applied to a table, in order: which action value moves toward which target.
public struct Updates: Sendable {
    /// The states whose rows change.
    public var states: [UInt64] = []
    /// What changes in each row: plane × actions + action, which in a table of one plane is the action.
    public var columns: [UInt8] = []
    /// What they move toward.
    public var targets: [Float] = []

    /// Whether the values are copied once all of these have been applied.
    public var copiesValues = false

    /// Creates an empty list.
    public init() {}

    /// The number of updates.
    @inlinable public var count: Int { states.count }

    /// Empties the list and keeps its memory.
    public mutating func removeAll() {
        states.removeAll(keepingCapacity: true)
        columns.removeAll(keepingCapacity: true)
        targets.removeAll(keepingCapacity: true)
        copiesValues = false
    }
}
