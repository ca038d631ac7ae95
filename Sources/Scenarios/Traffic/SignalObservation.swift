public import TabularLearning

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
    ///
    /// Default `nil`: every phase where there are at most `manyPhases`, else the strongest other.
    public var detail: Detail?
    /// The smallest demands of the bins above the first, ascending.
    ///
    /// Default 1, 3, 6, 12, 20, 32, 48: 0, 1-2, 3-5, 6-11, 12-19, 20-31, 32-47, 48+ vehicles. Near capacity queues grow
    /// long, and a controller that cannot tell them apart jams.
    public var demandBins = [1, 3, 6, 12, 20, 32, 48]
    /// The smallest green ages of the classes above the first, seconds, ascending; empty to leave the age out.
    public var greenAges: [Int] = []
    /// Metres before the stop line within which moving vehicles are seen beside the queued ones.
    ///
    /// Default 100.
    public var detectorDistance = 100.0
    /// Whether the state says that the present phase leads to a road which is almost full.
    ///
    /// Default no.
    public var seesFullExits = false
    /// The smallest numbers of the classes above the first, ascending, of vehicles that stand at the neighbours' lights and are
    /// on their way here; empty to leave the neighbours out.
    ///
    /// Default empty.
    @AddedSetting<AbsentList<Int>> public var neighborBins: [Int] = []

    /// The most phases of which every one is observed unless told otherwise: 5 × 8⁵ states and not 6 × 8⁶.
    public static let manyPhases = 5

    /// The largest number that a class may begin with.
    static let largestLimit: Int32 = 10_000

    /// Creates the default observation.
    public init() {}

    func check() throws(ScenarioError) {
        for (name, limits) in [
            ("demand bins", demandBins), ("green ages", greenAges), ("neighbour bins", neighborBins),
        ] {
            let ascending = zip(limits, limits.dropFirst()).allSatisfy(<)
            guard limits.count <= 15, limits.allSatisfy({ (1...Int(Self.largestLimit)).contains($0) }), ascending else {
                throw ScenarioError("\(name) \(limits) are not at most 15 ascending numbers of 1...10000")
            }
        }
        guard !demandBins.isEmpty else { throw ScenarioError("demand bins [] leave nothing to see") }
        guard detectorDistance >= 0, detectorDistance <= 1000 else {
            throw ScenarioError("a detector distance of \(detectorDistance) m is not within 0...1000 m")
        }
    }
}

/// What has to be looked at besides demand and time, because states depend on it.
struct SignalSight: Sendable, Hashable {
    /// `IntersectionView.fullExits`.
    var fullExits = false
    /// `IntersectionView.neighborQueue`.
    var neighbors = false

    /// Everything.
    static let all = SignalSight(fullExits: true, neighbors: true)
}
