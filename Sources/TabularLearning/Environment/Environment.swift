/// A batch of environments that step together: what a cohort of lanes lives in.
///
/// One call steps all lanes, so nothing is dispatched per lane. An environment draws its random numbers from
/// `CounterBasedRandom`, keyed by lane and step, and reads no clock: the same construction and the same actions give
/// the same batches, bit for bit. `EnvironmentChecker` tests what this comment and the members promise.
///
/// Terms follow Sutton & Barto 2018, chapter 3.
public protocol Environment: Sendable {
    /// The states and actions, and their names.
    var space: StateSpace { get }

    /// The number of lanes: independent streams of decisions.
    var laneCount: Int { get }

    /// Writes the first decisions of a fresh environment; no transitions.
    ///
    /// - Parameter batch: Emptied and filled by the environment.
    mutating func begin(_ batch: inout StepBatch)

    /// Applies one action to each decision of the previous batch and writes what follows.
    ///
    /// - Parameters:
    ///   - actions: One per decision of the batch written last, in its order; allowed by its mask.
    ///   - batch: Still holds the previous step on entry; emptied and filled by the environment.
    /// - Throws: `EnvironmentFailure` when what is behind the environment is gone; it is not asked again.
    mutating func step(_ actions: [UInt8], _ batch: inout StepBatch) throws(EnvironmentFailure)

    /// Figures an operator wants to see while it trains, averaged since the environment began: name, unit, value.
    ///
    /// Their number, names and order do not change.
    var gauges: [Gauge] { get }

    /// Whether a step, or writing the state down, may take so long (about a tenth of a second) that whoever serves
    /// messages must not do it himself: a simulator outside of this process, a plant.
    var mayTakeLong: Bool { get }

    /// The steps of an episode, where those of all lanes have one length and end together; `nil` elsewhere.
    var episodeSteps: Int? { get }

    /// The grids over its states, where action values are sums over their tiles; `nil` where each state has a row of its own.
    ///
    /// Each transition is then of its lane's last decision.
    var tiles: TileCoding? { get }
}

extension Environment {
    /// Episodes end lane by lane, or never.
    public var episodeSteps: Int? { nil }

    /// A row each state.
    public var tiles: TileCoding? { nil }

    /// A step is computed at once.
    public var mayTakeLong: Bool { false }
}

/// A named figure of an environment, for progress displays and results.
public struct Gauge: Sendable, Hashable {
    /// A short name in lower case: `mean queue`.
    public let name: String
    /// The unit: `vehicles`, `ticks`; empty for a pure number.
    public let unit: String
    /// The value now.
    public let value: Double
    /// What the value is the mean of; `nil` for a figure that is no mean.
    ///
    /// A learning curve is made of means.
    public let mean: Mean?

    /// A mean as a sum and what it is divided by, both since the environment began: their differences from one instant
    /// to another give the mean in between.
    public struct Mean: Sendable, Hashable {
        /// What was added up: vehicle-seconds of waiting.
        public let total: Double
        /// Over how many: vehicles.
        public let weight: Double
        /// Whether less is better, as for a delay.
        public let isBetterLow: Bool
    }

    /// Creates a figure that is no mean.
    public init(name: String, unit: String, value: Double) {
        self.name = name
        self.unit = unit
        self.value = value
        mean = nil
    }

    /// Creates a mean; 0 where there is nothing to divide by.
    ///
    /// - Parameters:
    ///   - name: A short name in lower case.
    ///   - unit: The unit; empty for a pure number.
    ///   - total: What was added up since the environment began.
    ///   - weight: Over how many.
    ///   - isBetterLow: Whether less is better.
    public init(name: String, unit: String, total: Double, weight: Double, isBetterLow: Bool) {
        self.name = name
        self.unit = unit
        value = weight == 0 ? 0 : total / weight
        mean = Mean(total: total, weight: weight, isBetterLow: isBetterLow)
    }
}

/// An environment whose whole state can be written down and put back.
public protocol RestorableEnvironment: Environment {
    /// Writes everything that `step` depends on and that construction does not fix.
    func save(to writer: inout WordWriter)

    /// Puts back what `save` wrote into an environment constructed alike.
    ///
    /// - Throws: `WordReader.Failure` when the words end early or do not fit this environment.
    mutating func restore(from reader: inout WordReader) throws(WordReader.Failure)

    /// The decisions that the last step wrote, made anew from what `restore` puts back: a batch that was saved with
    /// others is not this environment's, and `step` never sees it. `nil` where that cannot be told.
    var dueDecisions: StepBatch.Queries? { get }
}

extension RestorableEnvironment {
    /// Whatever was saved is believed.
    public var dueDecisions: StepBatch.Queries? { nil }
}
