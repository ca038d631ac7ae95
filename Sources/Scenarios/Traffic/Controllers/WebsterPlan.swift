/// Webster's fixed plan of one intersection: the cycle of least delay and greens in proportion to the flow ratios.
///
///     C₀ = (1.5 L + 5) / (1 − Y)
///
/// L is the time lost in a cycle, Y the sum of the phases' flow ratios (flow / saturation flow of the phase's busiest
/// movement).
///
/// Source: Webster, *Traffic signal settings*, Road Research Technical Paper 39, 1958.
public struct WebsterPlan: Sendable, Hashable {
    /// Seconds from one green of a phase to its next.
    public let cycle: Int
    /// Seconds of green of each phase, yellow and all-red not included.
    public let greens: [Int]

    /// The cycles that are used, in seconds, whatever the formula says.
    public static let cycles = 30...120

    /// Computes a plan.
    ///
    /// Effective greens are dealt out second by second to the phase with the highest degree of saturation, so that all
    /// are loaded alike as far as whole seconds and the minimum green allow.
    ///
    /// - Parameters:
    ///   - flowRatios: By phase, flow / saturation flow, at least 0.
    ///   - timing: The times of the signal.
    ///   - cycles: The limits of the cycle; it is longer where the minimum greens need more.
    public init(flowRatios: [Double], timing: SignalTiming, cycles: ClosedRange<Int> = Self.cycles) {
        let lost = flowRatios.count * timing.lostTime
        let load = flowRatios.reduce(0, +)
        let best = load < 1 ? (1.5 * Double(lost) + 5) / (1 - load) : .infinity
        // Effective green: what is lost at the start and won in yellow.
        let gain = timing.usableYellow - timing.startUpLostTime
        let minimum = max(1, timing.minimumGreen)
        let bounded = min(max(best, Double(cycles.lowerBound)), Double(cycles.upperBound))
        let shortest = flowRatios.count * (minimum + timing.changeTime)
        cycle = max(shortest, Int(bounded + 0.5))
        greens = Self.split(
            cycle - flowRatios.count * timing.changeTime,
            by: flowRatios,
            minimum: minimum,
            gain: gain
        )
    }

    /// Deals out whole seconds of green.
    private static func split(_ seconds: Int, by ratios: [Double], minimum: Int, gain: Int) -> [Int] {
        var greens = Array(repeating: minimum, count: ratios.count)
        func saturation(_ phase: Int) -> Double { ratios[phase] / Double(max(1, greens[phase] + gain)) }
        for _ in 0..<max(0, seconds - minimum * ratios.count) {
            var neediest = 0
            for phase in ratios.indices where saturation(phase) > saturation(neediest) { neediest = phase }
            greens[neediest] += 1
        }
        return greens
    }
}

extension FixedTimeController {
    /// Creates Webster's plans for a scenario's mean demand, each intersection with a cycle of its own.
    public static func webster(scenario: TrafficScenario, network: RoadNetwork) -> FixedTimeController {
        let flows = scenario.demand.meanMovementFlows(in: network)
        let greens = network.intersections.map { intersection in
            WebsterPlan(
                flowRatios: intersection.flowRatios(flows, in: network),
                timing: scenario.timing
            ).greens
        }
        return FixedTimeController(name: "webster", greens: greens)
    }
}

extension RoadNetwork.Intersection {
    /// Returns for each phase the largest flow ratio of its movements, a little above 0 where there is no flow.
    func flowRatios(_ flows: [Double], in network: RoadNetwork) -> [Double] {
        phases.map { phase in
            phase.movements.reduce(1e-6) { max($0, flows[$1] / Double(network.movements[$1].saturationFlow)) }
        }
    }
}
