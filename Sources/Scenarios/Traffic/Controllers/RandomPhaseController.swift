internal import TabularLearning

/// Shows any phase that the envelope allows, each with the same probability.
public struct RandomPhaseController: SignalController {
    /// The name in tables.
    public var name: String { "random" }
    /// Seconds between its decisions.
    public let decisionInterval: Int
    private var random: SplitMix64

    /// Creates a controller.
    ///
    /// - Parameters:
    ///   - decisionInterval: Seconds between its decisions.
    ///   - seed: Where its random numbers begin.
    public init(decisionInterval: Int, seed: UInt64 = 0) {
        self.decisionInterval = decisionInterval
        random = SplitMix64(state: SplitMix64.mix(seed))
    }

    /// Draws a phase.
    public mutating func choosePhase(_ view: IntersectionView) -> Int {
        Int(ActionMask.pick(from: view.allowedPhases, random: random.next() >> 32))
    }
}
