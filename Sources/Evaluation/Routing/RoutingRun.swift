public import Scenarios
internal import TabularLearning

/// One run of one contender on one network that starts empty.
public struct RoutingRun: Sendable {
    /// What was counted after the warm-up.
    public let statistics: DeliveryStatistics
    /// The packets per tick that each directed link carried after the warm-up, in the order of routers and slots.
    public let linkLoads: [Double]
    /// The run from its first tick on in intervals of `RoutingRun.interval` ticks.
    public let course: DeliveryCourse

    /// The packets per tick that each router sent on after the warm-up.
    ///
    /// - Parameter topology: The run's network.
    /// - Returns: By router.
    public func routerLoads(_ topology: NetworkTopology) -> [Double] {
        guard !linkLoads.isEmpty else { return Array(repeating: 0, count: topology.routerCount) }
        var first = 0
        return topology.neighbors.map { neighbors in
            defer { first += neighbors.count }
            return linkLoads[first..<(first + neighbors.count)].reduce(0, +)
        }
    }

    /// The ticks of a point of the course.
    public static let interval = 100
}

/// Runs contenders; what each meets depends on the seed only.
struct RoutingRunner: Sendable {
    let scenario: RoutingScenario
    /// Ticks before anything is measured, a multiple of `RoutingRun.interval`.
    let warmUp: Int
    /// Measured ticks, another one.
    let ticks: Int

    /// Evaluation networks have a number that training never comes to.
    private static let replica = 1 << 40

    func run(_ contender: RoutingContender, seed: UInt64) throws -> RoutingRun {
        switch contender.kind {
        case .baseline(let baseline): return run(baseline.controller(for: scenario), seed: seed)
        case .frozen(let table): return run(TableRoutingController(table: table, scenario: scenario), seed: seed)
        case .standard:
            var scenario = scenario
            scenario.rule = .standard(for: scenario.topology)
            return try learn(scenario, from: scenario.initialTable, scenario.defaults.parameters, seed: seed)
        case .learning(let rule, let table, let parameters):
            var scenario = scenario
            if let rule { scenario.rule = rule }
            return try learn(
                scenario,
                from: table ?? scenario.initialTable,
                parameters ?? scenario.defaults.parameters,
                seed: seed
            )
        }
    }

    private func run(_ controller: any RoutingController, seed: UInt64) -> RoutingRun {
        func run(_ controller: some RoutingController) -> RoutingRun {
            var controller = controller
            var network = PacketNetwork(scenario, replica: UInt64(Self.replica), seed: seed)
            let random = CounterBasedRandom(seed: seed, stream: .controller)
            return record { ticks in
                network.run(&controller, ticks: ticks, random: random)
                return (network.statistics, network.linkUses)
            }
        }
        return run(controller)
    }

    private func learn(
        _ scenario: RoutingScenario,
        from table: ActionValueTable?,
        _ parameters: LearningParameters,
        seed: UInt64
    ) throws -> RoutingRun {
        let learner = CohortLearner(
            index: 0,
            of: 1,
            environment: RoutingEnvironment(scenario, replicas: Self.replica..<(Self.replica + 1), seed: seed),
            parameters: parameters,
            seed: seed,
            plannedSteps: UInt64(warmUp + ticks)
        )
        var run = SerialReference(learners: [learner], parameters: parameters, table: table)
        var end: UInt64 = 0
        return try record { ticks in
            end += UInt64(ticks)
            while run.learners[0].stepsTaken < end { _ = try run.runRound() }
            guard let environment = run.learners[0].environment as? RoutingEnvironment else {
                return (DeliveryStatistics(), [])
            }
            return (environment.statistics[0], environment.linkUses[0])
        }
    }

    /// Goes through a run interval by interval.
    private func record(
        _ advance: (Int) throws -> (statistics: DeliveryStatistics, linkUses: [UInt32])
    ) rethrows -> RoutingRun {
        var course = DeliveryCourse()
        var before = (statistics: DeliveryStatistics(), linkUses: [UInt32]())
        var (now, end) = (before, 0)
        while end < warmUp + ticks {
            now = try advance(RoutingRun.interval)
            end += RoutingRun.interval
            course.append(now.statistics)
            if end == warmUp { before = now }
        }
        let uses = now.linkUses.indices.map { now.linkUses[$0] - (before.linkUses.isEmpty ? 0 : before.linkUses[$0]) }
        return RoutingRun(
            statistics: now.statistics.since(before.statistics),
            linkLoads: uses.map { Double($0) / Double(ticks) },
            course: course
        )
    }
}
