internal import Foundation
public import TabularLearning

/// The synthetic problem as a plant: it goes on in its own time, and its state can be neither written down nor put back.
///
/// What it does depends on the actions alone, so that a run through any losses can be compared with an undisturbed one.
public struct SyntheticPlant: Environment {
    private var lanes: SyntheticEnvironment
    private let seconds: Double

    /// Makes a plant of lanes.
    ///
    /// - Parameters:
    ///   - lanes: What it does.
    ///   - milliseconds: How long a step of all lanes takes.
    init(_ lanes: SyntheticEnvironment, milliseconds: Int) {
        self.lanes = lanes
        seconds = Double(milliseconds) / 1000
    }

    /// That of the lanes.
    public var space: StateSpace { lanes.space }

    /// That of the lanes.
    public var laneCount: Int { lanes.laneCount }

    /// None.
    public var gauges: [Gauge] { [] }

    /// It takes as long as it takes.
    public var mayTakeLong: Bool { true }

    /// Writes the lanes' first states.
    public mutating func begin(_ batch: inout StepBatch) { lanes.begin(&batch) }

    /// Moves each lane on, and returns when the plant's time for that has gone by.
    public mutating func step(_ actions: [UInt8], _ batch: inout StepBatch) {
        if seconds > 0 { Thread.sleep(forTimeInterval: seconds) }
        lanes.step(actions, &batch)
    }
}
