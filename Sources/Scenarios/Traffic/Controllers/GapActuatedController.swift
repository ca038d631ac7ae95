/// Vehicle actuation: a green goes on while vehicles follow one another closely, then the next phase in order follows.
///
/// Phases that nobody asks for are left out.
///
/// Source: the defaults are those of SUMO's actuated programs (maximum gap 3 s, green of 5...50 s).
public struct GapActuatedController: SignalController {
    /// The name in tables.
    public var name: String { "actuated" }
    /// It acts to the second.
    public var decisionInterval: Int { 1 }
    /// Seconds without a vehicle after which a green ends, at least 1.
    public let maximumGap: Int
    /// Seconds of green before which a gap ends nothing.
    public let minimumGreen: Int
    /// Seconds of green after which it ends in any case when others wait.
    public let maximumGreen: Int

    /// Creates a controller.
    public init(maximumGap: Int = 3, minimumGreen: Int = 5, maximumGreen: Int = 50) {
        self.maximumGap = maximumGap
        self.minimumGreen = minimumGreen
        self.maximumGreen = maximumGreen
    }

    /// Keeps the phase until it gaps out or maxes out.
    public func choosePhase(_ view: IntersectionView) -> Int {
        guard view.greenAge >= minimumGreen else { return view.phase }
        let isOver = view.gaps[view.phase] >= Int32(truncatingIfNeeded: maximumGap) || view.greenAge >= maximumGreen
        return isOver ? view.nextChoice() : view.phase
    }
}
