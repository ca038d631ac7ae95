/// What one step of a cohort hands to the learner: the rows it needs next and the transitions that just happened.
///
/// Arrays of structures turned inside out: one array per field, indexed alike. An environment reuses the batch from
/// step to step, so that nothing is allocated once the arrays have grown.
public struct StepBatch: Sendable {
    /// The rows to be read: `decisionCount` decisions first, then states that are read only to bootstrap from.
    public var queries = Queries()

    /// The number of leading queries for which the learner chooses an action.
    public var decisionCount = 0

    /// The transitions that this step completed, in the order in which they are to be applied.
    public var transitions = Transitions()

    /// The undiscounted returns of the episodes that ended in this step.
    public var episodeReturns: [Double] = []

    /// Creates an empty batch.
    public init() {}

    /// Empties the batch and keeps its memory.
    public mutating func removeAll() {
        queries.removeAll()
        decisionCount = 0
        transitions.removeAll()
        episodeReturns.removeAll(keepingCapacity: true)
    }

    /// Rows of the table that the next round reads.
    public struct Queries: Sendable, Hashable {
        /// The states whose rows are read.
        public var states: [UInt64] = []

        /// The lane of each query, within the cohort; it keys the random numbers of the choice.
        public var lanes: [UInt32] = []

        /// Allowed actions as a bit set, bit a for action a; empty when every action is allowed everywhere.
        ///
        /// It limits the choice and the maximum of the bootstrap alike. A mask has at least one bit set.
        public var masks: [UInt64] = []

        /// What is added to each action value before it is compared, [queries × actions] row-major; empty for none.
        ///
        /// It counts in the choice and in the bootstrap alike: a router adds the queues it can see now to what the
        /// table knows of the rest.
        public var offsets: [Float] = []

        /// Creates an empty list.
        public init() {}

        /// The number of rows asked for.
        @inlinable public var count: Int { states.count }

        /// Empties the arrays and keeps their memory.
        public mutating func removeAll() {
            states.removeAll(keepingCapacity: true)
            lanes.removeAll(keepingCapacity: true)
            masks.removeAll(keepingCapacity: true)
            offsets.removeAll(keepingCapacity: true)
        }
    }

    /// Completed transitions: state, action, reward, and where the next state's value comes from.
    public struct Transitions: Sendable, Hashable {
        /// The states acted in.
        public var states: [UInt64] = []

        /// The actions taken.
        public var actions: [UInt8] = []

        /// The rewards; for a transition of several steps their discounted sum.
        public var rewards: [Float] = []

        /// The index in `queries` of the next state; `terminal` where no value follows.
        ///
        /// Truncation is not termination: a truncated episode bootstraps on an extra query.
        public var bootstraps: [Int32] = []

        /// The number of time steps each transition took, 1...255; empty when each took one.
        ///
        /// The bootstrap is discounted by γ to this power (a semi-Markov decision process).
        public var durations: [UInt8] = []

        /// The lane of each transition, within the cohort; empty when transition i is lane i's.
        ///
        /// A rule that keeps two values of each action draws by lane which of them learns.
        public var lanes: [UInt32] = []

        /// Creates an empty list.
        public init() {}

        /// Marks a transition into a terminal state in `bootstraps`.
        @inlinable public static var terminal: Int32 { -1 }

        /// The number of transitions.
        @inlinable public var count: Int { states.count }

        /// Empties the arrays and keeps their memory.
        public mutating func removeAll() {
            states.removeAll(keepingCapacity: true)
            actions.removeAll(keepingCapacity: true)
            rewards.removeAll(keepingCapacity: true)
            bootstraps.removeAll(keepingCapacity: true)
            durations.removeAll(keepingCapacity: true)
            lanes.removeAll(keepingCapacity: true)
        }
    }
}

extension StepBatch {
    /// Appends a decision to be made in a state.
    @inlinable
    public mutating func decide(lane: Int, state: UInt64) {
        queries.states.append(state)
        queries.lanes.append(UInt32(truncatingIfNeeded: lane))
        decisionCount += 1
    }

    /// Appends a decision with a set of allowed actions.
    @inlinable
    public mutating func decide(lane: Int, state: UInt64, mask: UInt64) {
        decide(lane: lane, state: state)
        queries.masks.append(mask)
    }

    /// Appends a transition of a lane.
    @inlinable
    public mutating func transition(lane: Int, state: UInt64, action: UInt8, reward: Float, bootstrap: Int32) {
        transitions.lanes.append(UInt32(truncatingIfNeeded: lane))
        transition(state: state, action: action, reward: reward, bootstrap: bootstrap)
    }

    /// Appends a transition, where the i-th is of lane i.
    @inlinable
    public mutating func transition(state: UInt64, action: UInt8, reward: Float, bootstrap: Int32) {
        transitions.states.append(state)
        transitions.actions.append(action)
        transitions.rewards.append(reward)
        transitions.bootstraps.append(bootstrap)
    }
}
