internal import Evaluation
internal import Scenarios
internal import TabularLearning

/// The junction of two one-way streets under a fixed plan, with the north-south movement under observation.
///
/// Roads are long enough that nothing spills back. Without lost times the effective greens are the greens.
struct CrossingRun {
    var simulation: TrafficSimulation
    let greens: [Int]

    /// Sets up the junction: the flow in vehicles per hour of the one movement, the seconds of green of the two phases.
    init(
        flow: Double,
        greens: [Int],
        saturationFlow: Int = 1800,
        arrivals: TrafficDemand.Arrivals = .poisson,
        timing: SignalTiming = .withoutLostTime,
        seed: UInt64 = 1
    ) throws {
        var geometry = RoadGeometry()
        geometry.length = 3000
        geometry.vehicleSpacing = 1
        geometry.saturationFlow = saturationFlow
        let period = TrafficDemand.Period(seconds: 3600, northSouth: flow, eastWest: 0)
        simulation = TrafficSimulation(
            network: try .crossing(geometry: geometry),
            demand: TrafficDemand(periods: [period], arrivals: arrivals),
            timing: timing,
            replica: 0,
            seed: seed
        )
        self.greens = greens
    }

    /// The seconds of a cycle.
    var cycle: Int { greens[0] + greens[1] + 2 * simulation.timing.changeTime }

    /// Goes through whole cycles, each from the beginning of the north-south green.
    mutating func run(cycles: Int) {
        for _ in 0..<cycles {
            for phase in 0..<2 {
                simulation.advance(seconds: greens[phase])
                simulation.request(phase: 1 - phase, at: 0)
                simulation.advance(seconds: simulation.timing.changeTime)
            }
        }
    }

    /// Mean delay over some cycles after a warm-up.
    mutating func delay(cycles: Int, warmUp: Int) -> Double {
        run(cycles: warmUp)
        let before = simulation.counters
        run(cycles: cycles)
        let after = simulation.counters
        return Double(after.queued - before.queued) / Double(after.demanded - before.demanded)
    }
}

extension SignalTiming {
    /// Greens that are effective to the second.
    static var withoutLostTime: SignalTiming {
        var timing = SignalTiming()
        timing.minimumGreen = 0
        timing.yellow = 0
        timing.allRed = 0
        timing.startUpLostTime = 0
        timing.usableYellow = 0
        return timing
    }
}

/// Wishes for any phase, whatever the view.
struct RandomController: SignalController {
    let name = "random"
    let decisionInterval: Int
    var random: SplitMix64

    mutating func choosePhase(_ view: IntersectionView) -> Int { random.nextIndex(below: view.phaseCount) }
}

/// Wishes for the same phase for ever.
struct StubbornController: SignalController {
    let name = "stubborn"
    let decisionInterval = 5

    func choosePhase(_ view: IntersectionView) -> Int { 0 }
}

extension TrafficScenario {
    /// A small grid, for tests that need no size.
    static func grid(_ rows: Int, _ columns: Int, flow: Double = 400) -> TrafficScenario {
        var scenario = TrafficScenario()
        scenario.rows = rows
        scenario.columns = columns
        scenario.demand = .steady(flow)
        return scenario
    }

    /// Trains in one thread.
    func train(steps: UInt64, replicas: Int, seed: UInt64) throws -> ActionValueTable {
        var parameters = defaults.parameters
        parameters.epsilon = .linear(initial: 0.2, final: 0.01, steps: steps / 5 * 4)
        let learner = CohortLearner(
            index: 0,
            of: 1,
            environment: makeEnvironment(replicas: 0..<replicas, seed: seed),
            parameters: parameters,
            seed: seed,
            plannedSteps: steps / UInt64(replicas * lanesPerReplica)
        )
        var reference = SerialReference(learners: [learner], parameters: parameters)
        try reference.run()
        return reference.table
    }
}
