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
    var gauges: [Gauge] { get }
}

/// A named figure of an environment, for progress displays and results.
public struct Gauge: Sendable, Hashable {
    /// A short name in lower case: `mean queue`.
    public let name: String
    /// The unit: `vehicles`, `ticks`; empty for a pure number.
    public let unit: String
    /// The value now.
    public let value: Double

    /// Creates a figure.
    public init(name: String, unit: String, value: Double) {
        self.name = name
        self.unit = unit
        self.value = value
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
}
