/// Updates to be applied to a table, in order: which action value moves toward which target.
public struct Updates: Sendable {
    /// The states whose rows change.
    public var states: [UInt64] = []
    /// The actions whose values change.
    public var actions: [UInt8] = []
    /// The targets r + γᵏ maxₐ Q(s′, a).
    public var targets: [Float] = []

    /// Creates an empty list.
    public init() {}

    /// The number of updates.
    @inlinable public var count: Int { states.count }

    /// Empties the list and keeps its memory.
    public mutating func removeAll() {
        states.removeAll(keepingCapacity: true)
        actions.removeAll(keepingCapacity: true)
        targets.removeAll(keepingCapacity: true)
    }
}
