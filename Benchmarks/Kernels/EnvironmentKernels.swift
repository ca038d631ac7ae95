internal import Scenarios
internal import TabularLearning

extension Kernel {
    /// One step of each scenario under random allowed actions; roads and queues take longer to fill.
    static let environments = [
        step(SyntheticScenario(), replicas: 4_096),
        step(MazeScenario(), replicas: 4_096),
        step(TrafficScenario(), replicas: 16, runs: 64),
        step(routing, replicas: 16, runs: 64),
    ]

    /// The plainest rule: one transition a packet.
    private static var routing: RoutingScenario {
        var scenario = RoutingScenario()
        scenario.rule = .qRouting
        return scenario
    }

    private static func step(_ scenario: some Scenario, replicas: Int, runs: Int = 16) -> Kernel {
        let lanes = replicas * scenario.lanesPerReplica
        return Kernel("step of \(type(of: scenario).name)", size: lanes, "lanes", runs: runs) {
            var environment: any Environment = try scenario.makeWorld(replicas: 0..<replicas, seed: 1)
            var (batch, actions) = (StepBatch(), RandomActions(actionCount: scenario.space.actionCount))
            environment.begin(&batch)
            return { try environment.step(actions.next(for: batch), &batch) }
        }
    }
}

/// Random allowed actions: drawn for each decision under masks, otherwise once and for all.
private struct RandomActions {
    private var generator = SplitMix64(state: 1)
    private var actions: [UInt8] = []
    private let actionCount: Int

    init(actionCount: Int) {
        self.actionCount = actionCount
    }

    mutating func next(for batch: StepBatch) -> [UInt8] {
        guard actions.count != batch.decisionCount || !batch.queries.masks.isEmpty else { return actions }
        actions.removeAll(keepingCapacity: true)
        let all = ActionMask.all(actionCount)
        for decision in 0..<batch.decisionCount {
            let mask = batch.queries.masks.isEmpty ? all : batch.queries.masks[decision]
            actions.append(ActionMask.pick(from: mask, random: generator.next() >> 32))
        }
        return actions
    }
}
