/// Self-organising traffic lights (SOTL): a green ends when few are left before it and enough wait for another.
///
/// It ends when at most `fewOnGreen` stand before it and more than `manyOnRed` before red, or when nobody stands before
/// it and somebody before red. The next phase in order that vehicles ask for follows.
///
/// Source: Cools, Gershenson and D'Hooghe, *Self-organizing traffic lights: a realistic simulation*, 2007, with the
/// thresholds of LibSignal (3 and 6 vehicles).
public struct SelfOrganizingController: SignalController {
    /// The name in tables.
    public var name: String { "sotl" }
    /// Seconds between its decisions.
    public let decisionInterval: Int
    /// Standing vehicles before green that are too few to hold it.
    public let fewOnGreen: Int32
    /// Standing vehicles before red that must be exceeded to end it.
    public let manyOnRed: Int32

    /// Creates a controller.
    public init(decisionInterval: Int, fewOnGreen: Int32 = 3, manyOnRed: Int32 = 6) {
        self.decisionInterval = decisionInterval
        self.fewOnGreen = fewOnGreen
        self.manyOnRed = manyOnRed
    }

    /// Keeps the phase or takes the next in order.
    public func choosePhase(_ view: IntersectionView) -> Int {
        let onGreen = view.queues[view.phase]
        var onRed: Int32 = 0
        for phase in 0..<view.phaseCount where phase != view.phase { onRed += max(0, view.queues[phase]) }
        let isOver = onGreen <= fewOnGreen && onRed > manyOnRed || onGreen == 0 && onRed > 0
        return isOver ? view.nextChoice() : view.phase
    }
}
