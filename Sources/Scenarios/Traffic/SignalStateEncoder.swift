public import TabularLearning

/// Turns what is seen of an intersection into a state.
///
/// Factors: the intersection, or its shape where those of one shape share a table (left out where all have the same);
/// the green phase; its age class, whether its exits are full and how many wait at the neighbours' lights (if they are
/// observed); and demand classes as `SignalObservation.Detail` says. The demand of a phase is the number of its vehicles that are queued or within the
/// detector distance.
public struct SignalStateEncoder: Sendable, Hashable {
    /// The states, and the phases as actions.
    public let space: StateSpace
    private let phaseCount: Int
    /// By demand, the last for all that is more: its bin.
    private let demandBins: [UInt8]
    private let demandBinCount: Int
    private let greenAges: [Int]
    private let detail: SignalObservation.Detail
    private let neighborBins: [Int32]
    /// What the state depends on besides.
    let sees: SignalSight
    /// By intersection: which part of the table it uses.
    private let parts: [Int]

    /// Creates an encoder.
    ///
    /// - Parameters:
    ///   - network: The intersections and their phases.
    ///   - observation: What is seen, and how finely.
    ///   - isShared: Whether intersections of the same shape (`RoadNetwork.shapes`) use one table.
    public init(network: RoadNetwork, observation: SignalObservation, isShared: Bool) {
        self.init(
            intersections: network.intersections.map(\.name),
            phases: network.intersections.map { $0.phases.map(\.name) },
            shapes: network.shapes,
            observation: observation,
            isShared: isShared
        )
    }

    /// Creates an encoder for intersections of any simulation.
    ///
    /// - Parameters:
    ///   - intersections: Their names.
    ///   - names: By intersection: the names of its phases.
    ///   - shapes: Which of them are alike.
    ///   - observation: What is seen, and how finely.
    ///   - isShared: Whether intersections of the same shape use one table.
    public init(
        intersections: [String],
        phases names: [[String]],
        shapes: SignalShapes,
        observation: SignalObservation,
        isShared: Bool
    ) {
        phaseCount = names.map(\.count).max() ?? 0
        let limits = observation.demandBins.map { Int32($0) }
        let largest = min(max(0, limits.max() ?? 0), SignalObservation.largestLimit)
        demandBins = (0...largest).map { UInt8(truncatingIfNeeded: Self.bin($0, limits)) }
        demandBinCount = limits.count + 1
        greenAges = observation.greenAges
        let isSmall = phaseCount <= SignalObservation.manyPhases
        detail = observation.detail ?? (isSmall ? .everyPhase : .strongestOther)
        neighborBins = observation.neighborBins.map { Int32($0) }
        sees = SignalSight(fullExits: observation.seesFullExits, neighbors: !observation.neighborBins.isEmpty)
        parts = isShared ? shapes.ofIntersection : Array(intersections.indices)
        let phases = Self.phaseNames(names)
        let bins = Self.labels(of: observation.demandBins)
        var factors: [StateSpace.Factor] = []
        if !isShared {
            factors.append(.init("intersection", levels: intersections))
        } else if shapes.names.count > 1 {
            factors.append(.init("shape", levels: shapes.names))
        }
        factors.append(.init("phase", levels: phases))
        if !greenAges.isEmpty {
            factors.append(.init("green age", levels: Self.labels(of: greenAges).map { $0 + " s" }))
        }
        if sees.fullExits { factors.append(.init("exits", levels: ["free", "full"])) }
        if sees.neighbors {
            factors.append(.init("vehicles at neighbours", levels: Self.labels(of: observation.neighborBins)))
        }
        switch detail {
        case .everyPhase:
            factors += phases.map { .init("vehicles for \($0)", levels: bins) }
        case .strongestOther:
            factors.append(.init("own vehicles", levels: bins))
            factors.append(.init("strongest other", levels: phases))
            factors.append(.init("its vehicles", levels: bins))
        }
        space = StateSpace(factors: factors, actions: phases)
    }

    /// Returns the index of the state that a view shows.
    public func state(of view: IntersectionView) -> UInt64 {
        state(
            intersection: view.intersection,
            phase: view.phase,
            greenAge: view.greenAge,
            demand: view.demand,
            fullExits: view.fullExits,
            neighborQueue: view.neighborQueue
        )
    }

    /// Returns the index of the state of an intersection, of which the last two need be right only where they are seen.
    @inline(__always)
    func state<Demand: SIMD<Int32>>(
        intersection: Int,
        phase: Int,
        greenAge: Int,
        demand: Demand,
        fullExits: @autoclosure () -> UInt64,
        neighborQueue: @autoclosure () -> Int32
    ) -> UInt64 {
        var state = parts[intersection]
        state = state * phaseCount + phase
        var age = 0
        while age < greenAges.count, greenAge >= greenAges[age] { age += 1 }
        state = state * (greenAges.count + 1) + age
        if sees.fullExits { state = 2 * state + (fullExits() & (1 << UInt64(phase)) == 0 ? 0 : 1) }
        if sees.neighbors { state = state * (neighborBins.count + 1) + Self.bin(neighborQueue(), neighborBins) }
        switch detail {
        case .everyPhase:
            for phase in 0..<phaseCount { state = state * demandBinCount + bin(demand[phase]) }
        case .strongestOther:
            var rival = phase == 0 ? 1 : 0
            for other in 0..<phaseCount where other != phase && demand[other] > demand[rival] {
                rival = other
            }
            state = state * demandBinCount + bin(demand[phase])
            state = state * phaseCount + rival
            state = state * demandBinCount + bin(demand[rival])
        }
        return UInt64(state)
    }

    @inline(__always)
    private func bin(_ demand: Int32) -> Int { Int(demandBins[min(Int(max(0, demand)), demandBins.count - 1)]) }

    @inline(__always)
    private static func bin(_ count: Int32, _ bins: [Int32]) -> Int {
        var bin = 0
        while bin < bins.count, count >= bins[bin] { bin += 1 }
        return bin
    }

    /// The phases' names where all intersections agree on them, else their numbers.
    private static func phaseNames(_ names: [[String]]) -> [String] {
        if let first = names.first, names.allSatisfy({ $0 == first }) { return first }
        return (0..<(names.map(\.count).max() ?? 0)).map { "phase \($0)" }
    }

    /// 1, 3, 10 become 0, 1-2, 3-9, 10+.
    private static func labels(of limits: [Int]) -> [String] {
        let starts = [0] + limits
        return starts.indices.map { index in
            guard index + 1 < starts.count else { return "\(starts[index])+" }
            let last = starts[index + 1] - 1
            return last == starts[index] ? "\(last)" : "\(starts[index])-\(last)"
        }
    }
}
