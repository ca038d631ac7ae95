public import Scenarios
public import TabularLearning

/// A network that starts empty and a table that learns in it, watched window by window.
public struct RoutingTrial: Sendable {
    private let scenario: RoutingScenario
    private let parameters: LearningParameters
    private let table: ActionValueTable?

    /// Describes a trial.
    ///
    /// - Parameters:
    ///   - scenario: The network, its traffic, what happens to it, and the rule.
    ///   - parameters: The numbers the table learns with.
    ///   - table: What it begins with; `nil` for the beginning that the rule prescribes.
    public init(_ scenario: RoutingScenario, parameters: LearningParameters? = nil, table: ActionValueTable? = nil) {
        self.scenario = scenario
        self.parameters = parameters ?? scenario.defaults.parameters
        self.table = table ?? scenario.initialTable
    }

    /// Runs the trial.
    ///
    /// - Parameters:
    ///   - seed: The seed of everything.
    ///   - windows: The lengths of the windows in ticks, one after another from the first tick on.
    /// - Returns: What was counted in each window, and the table at the end.
    /// - Throws: `EnvironmentFailure`, which a simulated network does not have.
    public func run(seed: UInt64, windows: [Int]) throws -> (windows: [DeliveryStatistics], table: ActionValueTable) {
        let learner = CohortLearner(
            index: 0,
            of: 1,
            environment: RoutingEnvironment(scenario, replicas: 0..<1, seed: seed),
            parameters: parameters,
            seed: seed,
            plannedSteps: UInt64(windows.reduce(0, +))
        )
        var run = SerialReference(learners: [learner], parameters: parameters, table: table)
        var counted: [DeliveryStatistics] = []
        var (before, end) = (DeliveryStatistics(), UInt64(0))
        for window in windows {
            end += UInt64(window)
            while run.learners[0].stepsTaken < end { _ = try run.runRound() }
            let now = (run.learners[0].environment as? RoutingEnvironment)?.statistics[0] ?? before
            counted.append(now.since(before))
            before = now
        }
        try run.run()
        return (counted, run.table)
    }

    /// Measures a controller that does not learn in the same network.
    ///
    /// - Parameters:
    ///   - controller: Chooses.
    ///   - seed: The seed of everything.
    ///   - windows: The lengths of the windows in ticks.
    /// - Returns: What was counted in each window.
    public func run(_ controller: any RoutingController, seed: UInt64, windows: [Int]) -> [DeliveryStatistics] {
        func run(_ controller: some RoutingController) -> [DeliveryStatistics] {
            var controller = controller
            var network = PacketNetwork(scenario, replica: 0, seed: seed)
            let random = CounterBasedRandom(seed: seed, stream: .controller)
            return windows.map { ticks in
                network.resetStatistics()
                network.run(&controller, ticks: ticks, random: random)
                return network.statistics
            }
        }
        return run(controller)
    }
}
