/// The same greens in the same order for ever.
public struct FixedTimeController: SignalController {
    /// The name in tables.
    public let name: String
    /// It acts to the second.
    public var decisionInterval: Int { 1 }
    /// It sees nobody.
    public var needsDetectors: Bool { false }
    /// Seconds of green, by intersection and phase.
    public let greens: [[Int]]

    /// Creates a controller with given greens.
    public init(name: String = "fixed", greens: [[Int]]) {
        self.name = name
        self.greens = greens
    }

    /// Creates the plan that a traffic engineer would start with: one cycle time everywhere, greens in proportion.
    ///
    /// Green is dealt out second by second to the phase with the highest degree of saturation, so that all phases end
    /// up equally loaded by the mean demand.
    ///
    /// - Parameters:
    ///   - scenario: The demand and the times of the signals.
    ///   - network: The scenario's network.
    ///   - cycle: Seconds from green to the same green again; 90 is SUMO's.
    public init(scenario: TrafficScenario, network: RoadNetwork, cycle: Int = 90) {
        let flows = scenario.demand.meanMovementFlows(in: network)
        let timing = scenario.timing
        let greens = network.intersections.map { intersection in
            let ratios = intersection.flowRatios(flows, in: network)
            return Self.split(
                cycle - ratios.count * timing.changeTime,
                by: ratios,
                minimum: max(1, timing.minimumGreen)
            )
        }
        self.init(greens: greens)
    }

    /// Keeps the phase until its green is over, then takes the next in order.
    public func choosePhase(_ view: IntersectionView) -> Int {
        let isOver = view.greenAge >= greens[view.intersection][view.phase]
        return isOver ? (view.phase + 1) % view.phaseCount : view.phase
    }

    private static func split(_ seconds: Int, by ratios: [Double], minimum: Int) -> [Int] {
        var greens = Array(repeating: minimum, count: ratios.count)
        for _ in 0..<max(0, seconds - minimum * ratios.count) {
            var neediest = 0
            for phase in ratios.indices
            where ratios[phase] / Double(greens[phase]) > ratios[neediest] / Double(greens[neediest]) {
                neediest = phase
            }
            greens[neediest] += 1
        }
        return greens
    }
}

extension TrafficDemand {
    /// Returns the mean flow of each movement in vehicles per hour, if nothing is held back.
    ///
    /// What a road carries is what enters on it and what the movements that lead to it carry; the equations are solved
    /// by repetition, which converges because some share of every flow leaves the network.
    public func meanMovementFlows(in network: RoadNetwork) -> [Double] {
        var entering = Array(repeating: 0.0, count: network.roads.count)
        for (entry, road) in network.entries.enumerated() { entering[road] = meanFlow(ofEntry: entry, in: network) }
        var flows = entering
        for _ in 0..<500 {
            var next = entering
            for movement in network.movements {
                if let road = movement.nextRoad { next[road] += flows[movement.road] * movement.share }
            }
            flows = next
        }
        return network.movements.map { flows[$0.road] * $0.share }
    }
}
