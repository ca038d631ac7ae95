public import Scenarios

/// The fixed plan that comes nearest to what a controller does on average: its mean greens in the order of the phases.
///
/// It does not look at vehicles, so it is not the controller: it says how green time is shared out, no more.
public struct ResultingPlan: Sendable, Hashable {
    /// Seconds of green by intersection and phase.
    public let greens: [[Int]]
    /// Mean delay of the controller, s/vehicle.
    public let controllerDelay: ConfidenceInterval
    /// Mean delay of the plan on the same demand, s/vehicle.
    public let planDelay: ConfidenceInterval

    /// Runs a controller on every seed of an evaluation and makes a plan of what it did.
    ///
    /// A cycle is as long as it takes the most often served phase of an intersection to come again. A phase's green is its
    /// mean green time per cycle, at least the minimum green.
    public init(of controller: any SignalController, in evaluation: TrafficEvaluation) async throws {
        let runs = try await ParallelRuns.map(evaluation.seeds.count) { index in
            evaluation.measure(controller, seed: evaluation.seeds[index], isRecorded: true)
        }
        let minimum = max(1, evaluation.scenario.timing.minimumGreen)
        let traces = runs.compactMap(\.trace)
        let greens = evaluation.network.intersections.indices.map { intersection in
            let count = evaluation.network.intersections[intersection].phases.count
            return Self.greens(of: intersection, phaseCount: count, traces, minimum: minimum)
        }
        self.greens = greens
        let plan = FixedTimeController(name: "plan", greens: greens)
        let planRuns = try await ParallelRuns.map(evaluation.seeds.count) { index in
            evaluation.run(plan, seed: evaluation.seeds[index])
        }
        controllerDelay = ConfidenceInterval(runs.map(\.metrics.delay))
        planDelay = ConfidenceInterval(planRuns.map(\.delay))
    }

    private static func greens(
        of intersection: Int,
        phaseCount: Int,
        _ traces: [TrafficTrace],
        minimum: Int
    ) -> [Int] {
        var seconds = Array(repeating: 0, count: phaseCount)
        var counts = seconds
        for green in traces.flatMap({ $0.greens(of: intersection) }) {
            seconds[green.phase] += green.seconds.count
            counts[green.phase] += 1
        }
        let cycles = max(1, counts.max() ?? 1)
        return seconds.map { max(minimum, ($0 + cycles / 2) / cycles) }
    }
}
