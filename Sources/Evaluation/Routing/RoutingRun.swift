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

    /// Sees a network after each tick, with the slots by which what it has `sent` was sent.
    typealias Observer = (PacketNetwork, [UInt8]) throws -> Void

    func run(_ contender: RoutingContender, seed: UInt64, observe: Observer? = nil) throws -> RoutingRun {
        switch contender.kind {
        case .baseline(let baseline): return try run(baseline.controller(for: scenario), seed: seed, observe)
        case .frozen(let table):
            return try run(TableRoutingController(table: table, scenario: scenario), seed: seed, observe)
        case .standard:
            var scenario = scenario
            scenario.rule = .standard(for: scenario.topology)
            return try learn(scenario, from: scenario.initialTable, scenario.defaults.parameters, seed: seed, observe)
        case .learning(let rule, let table, let parameters):
            var scenario = scenario
            if let rule { scenario.rule = rule }
            return try learn(
                scenario,
                from: table ?? scenario.initialTable,
                parameters ?? scenario.defaults.parameters,
                seed: seed,
                observe
            )
        }
    }

    private func run(
        _ controller: any RoutingController,
        seed: UInt64,
        _ observe: Observer?
    ) throws -> RoutingRun {
        func run(_ controller: some RoutingController) throws -> RoutingRun {
            var controller = controller
            var network = PacketNetwork(scenario, replica: UInt64(Self.replica), seed: seed)
            let random = CounterBasedRandom(seed: seed, stream: .controller)
            return try record { ticks in
                try network.run(&controller, ticks: ticks, random: random) { try observe?($0, $1) }
                return (network.statistics, network.linkUses)
            }
        }
        return try run(controller)
    }

    private func learn(
        _ scenario: RoutingScenario,
        from table: ActionValueTable?,
        _ parameters: LearningParameters,
        seed: UInt64,
        _ observe: Observer?
    ) throws -> RoutingRun {
        let replicas = Self.replica..<(Self.replica + 1)
        let learner = CohortLearner(
            index: 0,
            of: 1,
            environment: NotedRouting(RoutingEnvironment(scenario, replicas: replicas, seed: seed)),
            parameters: parameters,
            seed: seed,
            plannedSteps: UInt64(warmUp + ticks)
        )
        var run = SerialReference(learners: [learner], parameters: parameters, table: table)
        var end: UInt64 = 0
        return try record { ticks in
            end += UInt64(ticks)
            while run.learners[0].stepsTaken < end {
                let before = run.learners[0].stepsTaken
                _ = try run.runRound()
                guard let observe, run.learners[0].stepsTaken > before,
                    let noted = run.learners[0].environment as? NotedRouting
                else { continue }
                try observe(noted.routing.network(of: 0), noted.actions)
            }
            guard let environment = (run.learners[0].environment as? NotedRouting)?.routing else {
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

/// A packet network that learns, with the actions of its last step.
private struct NotedRouting: Environment {
    private(set) var routing: RoutingEnvironment
    /// By packet that was sent the slot.
    private(set) var actions: [UInt8] = []

    init(_ routing: RoutingEnvironment) { self.routing = routing }

    var space: StateSpace { routing.space }
    var laneCount: Int { routing.laneCount }
    var gauges: [Gauge] { routing.gauges }

    mutating func begin(_ batch: inout StepBatch) { routing.begin(&batch) }

    mutating func step(_ actions: [UInt8], _ batch: inout StepBatch) {
        self.actions = actions
        routing.step(actions, &batch)
    }
}
