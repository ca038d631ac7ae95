public import TabularLearning

/// What a run might have done without: transitions of which nothing is learned, by where, when and what they were.
///
/// The world goes on and the lane acts as the table says; only the updates that begin with such a transition are not made.
public struct Omission: Sendable, Hashable, CustomStringConvertible {
    /// One thing that is so of a transition.
    public enum Clause: Sendable, Hashable {
        /// The lane, counted through all cohorts.
        case lanes(ClosedRange<Int>)
        /// The place of the lane within its simulation: an intersection, a router, an agent.
        case agents(ClosedRange<Int>)
        /// The copy of the world.
        case simulations(ClosedRange<Int>)
        /// The cohort.
        case cohorts(ClosedRange<Int>)
        /// The steps of each lane that it belongs to, the first being 1.
        case steps(ClosedRange<UInt64>)
        /// The state.
        case states(ClosedRange<UInt64>)
        /// The action.
        case action(Int)
        /// That no value follows.
        case end
        /// How its reward compares with a number.
        case reward(TableCondition.Relation, Float)
    }

    /// What must be so of a transition, all of it.
    public let clauses: [Clause]
    /// The words it was given in.
    public let description: String
    private let shape: RunShape

    init(_ clauses: [Clause], _ description: String, _ shape: RunShape) {
        self.clauses = clauses
        self.description = description
        self.shape = shape
    }

    /// Whether a transition is one of them.
    public func holds(of origin: UpdateOrigin, _ state: UInt64, _ action: Int) -> Bool {
        clauses.allSatisfy { clause in
            switch clause {
            case .lanes(let lanes): lanes.contains(origin.lane)
            case .agents(let agents): agents.contains(origin.lane % shape.agentCount)
            case .simulations(let simulations): simulations.contains(origin.lane / shape.agentCount)
            case .cohorts(let cohorts): cohorts.contains(origin.lane / (shape.laneCount / shape.cohortCount))
            case .steps(let steps): steps.contains(origin.stepOfLane)
            case .states(let states): states.contains(state)
            case .action(let omitted): action == omitted
            case .end: origin.nextState == nil
            case .reward(let relation, let number): relation.holds(Double(origin.reward), Double(number))
            }
        }
    }

    /// The steps that each lane has taken before anything can be left out.
    public var stepsBefore: UInt64 {
        clauses.reduce(0) { before, clause in
            if case .steps(let steps) = clause { max(before, steps.lowerBound - 1) } else { before }
        }
    }
}

/// The lanes and steps of a run.
public struct RunShape: Sendable, Hashable {
    /// The lanes of all cohorts.
    public let laneCount: Int
    /// The lanes of one simulation: intersections, routers, agents.
    public let agentCount: Int
    /// The cohorts.
    public let cohortCount: Int
    /// The lane-steps of the whole run.
    public let laneSteps: UInt64

    /// Describes a run.
    public init(laneCount: Int, agentCount: Int, cohortCount: Int, laneSteps: UInt64) {
        self.laneCount = laneCount
        self.agentCount = agentCount
        self.cohortCount = cohortCount
        self.laneSteps = laneSteps
    }
}

extension TableCondition.Relation {
    /// Whether two numbers are so related.
    func holds(_ left: Double, _ right: Double) -> Bool {
        switch self {
        case .equal, .same: left == right
        case .unequal: left != right
        case .below: left < right
        case .atMost: left <= right
        case .above: left > right
        case .atLeast: left >= right
        }
    }
}
