/// What a learned controller sees of its intersection, and how finely.
public struct SignalObservation: Sendable, Hashable, Codable {
    /// Which demands the state holds.
    public enum Detail: String, Sendable, Hashable, Codable, CaseIterable {
        /// The demand of every phase: needed where several phases compete.
        case everyPhase
        /// The demand of the present phase, which other phase has the strongest, and that: few states whatever the
        /// number of phases.
        case strongestOther
    }

    /// Which demands the state holds.
    public var detail = Detail.everyPhase
    /// The smallest demands of the bins above the first, ascending.
    ///
    /// Default 2, 6, 14: 0-1, 2-5, 6-13, 14+ vehicles.
    public var demandBins = [2, 6, 14]
    /// The smallest green ages of the classes above the first, seconds, ascending; empty to leave the age out.
    public var greenAges: [Int] = []
    /// Metres before the stop line within which moving vehicles are seen beside the queued ones.
    ///
    /// Default 50.
    public var detectorDistance = 50.0

    /// Creates the default observation.
    public init() {}

    func check() throws(ScenarioError) {
        for (name, limits) in [("demand bins", demandBins), ("green ages", greenAges)] {
            let ascending = zip(limits, limits.dropFirst()).allSatisfy(<)
            guard limits.count <= 15, limits.allSatisfy({ (1...10_000).contains($0) }), ascending else {
                throw ScenarioError("\(name) \(limits) are not at most 15 ascending numbers of 1...10000")
            }
        }
        guard !demandBins.isEmpty else { throw ScenarioError("demand bins [] leave nothing to see") }
        guard detectorDistance >= 0, detectorDistance <= 1000 else {
            throw ScenarioError("a detector distance of \(detectorDistance) m is not within 0...1000 m")
        }
    }
}
