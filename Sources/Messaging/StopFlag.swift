internal import Synchronization

/// A request to end, set by a signal handler or another thread and looked at by a node's loop.
public final class StopFlag: Sendable {
    private let raised = Atomic(false)

    /// Creates a flag that is not raised.
    public init() {}

    /// Asks the node to end at the next good moment.
    public func raise() {
        raised.store(true, ordering: .releasing)
    }

    /// Whether the node has been asked to end.
    public var isRaised: Bool { raised.load(ordering: .acquiring) }
}
