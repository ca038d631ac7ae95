/// Serves the phase with most standing vehicles.
public struct LongestQueueController: SignalController {
    /// The name in tables.
    public var name: String { "longest-queue" }
    /// Seconds between its decisions.
    public let decisionInterval: Int

    /// Creates a controller.
    public init(decisionInterval: Int) { self.decisionInterval = decisionInterval }

    /// Chooses the phase with the longest queues; keeps the present one on ties.
    public func choosePhase(_ view: IntersectionView) -> Int { view.strongestChoice(by: view.queues) }
}
