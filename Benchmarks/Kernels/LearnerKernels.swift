internal import MasterNode
internal import Messaging
internal import Rounds
internal import Scenarios
internal import TabularLearning
internal import WorkerNode

extension Kernel {
    /// The synthetic problem, whose own step costs next to nothing.
    private static let scenario = SyntheticScenario()

    private static func parameters(_ ties: Ties) -> LearningParameters {
        var parameters = scenario.defaults.parameters
        parameters.ties = ties
        return parameters
    }

    private static func makeLearner(_ ties: Ties) -> CohortLearner { makeLearner(parameters(ties)) }

    private static func makeLearner(_ parameters: LearningParameters) -> CohortLearner {
        CohortLearner(
            index: 0,
            of: 1,
            environment: scenario.makeEnvironment(replicas: 0..<rows, seed: 1),
            parameters: parameters,
            seed: 1,
            plannedSteps: .max
        )
    }

    /// Targets, ε-greedy choice and a step of the synthetic problem.
    static let learner = Kernel("CohortLearner.advance", size: rows, "lanes") {
        var learner = makeLearner(.lowest)
        learner.answers.resize(to: rows)
        return { try learner.advance() }
    }

    /// The same where ties are drawn.
    static let tiedLearner = Kernel("CohortLearner.advance, ties drawn", size: rows, "lanes") {
        var learner = makeLearner(.random)
        learner.answers.values = Array(repeating: 0, count: rows)
        learner.answers.sets = (0..<rows).map { 1 << UInt8($0 % 4) }
        return { try learner.advance() }
    }

    /// A whole round of a master and two workers with a shard each, without a transport: split, encode, serve, decode,
    /// merge, learn.
    static let round = round("round of 2 shards", parameters(.lowest))

    /// The same where ties are drawn.
    static let tiedRound = round("round of 2 shards, ties drawn", parameters(.random))

    /// The same with rules that ask and learn in other ways.
    static let ruleRounds = ["sarsa", "expected-sarsa", "double-q-learning"].map { name in
        var parameters = parameters(.lowest)
        guard let rule = UpdateRule(rawValue: name) else { preconditionFailure("\(name) is a rule") }
        parameters.update = rule
        return round("round of 2 shards, \(name)", parameters)
    }

    private static func round(_ name: String, _ parameters: LearningParameters) -> Kernel {
        Kernel(name, size: rows, "lanes") {
            var cluster = Cluster(learner: makeLearner(parameters), scenario.space, parameters)
            return { cluster.runRound() }
        }
    }
}

/// A master and two workers whose messages are handed over in place.
private struct Cluster {
    private var master: Master
    private var workers = [Worker(id: "a"), Worker(id: "b")]
    /// The messages of the round that is under way.
    private var requests: [(message: Message, mailbox: Mailbox)] = []

    init(learner: CohortLearner, _ space: StateSpace, _ parameters: LearningParameters) {
        let plan = TrainingPlan(
            space: space,
            parameters: parameters,
            workerCount: 2,
            shardCount: 2,
            partition: .modulo,
            affinityFactor: nil
        )
        do throws(MasterFailure) {
            master = try Master(plan: plan, state: RunState(beginning: [learner]))
        } catch {
            preconditionFailure("the plan can be run: \(error)")
        }
        for worker in workers { tell(worker.offer()) }
        let assignments = requests
        requests = []
        for (index, assignment) in assignments.enumerated() { deliver(assignment.message, to: index, .worker("")) }
    }

    /// Has the workers answer and the master take up their answers.
    mutating func runRound() {
        let round = requests
        requests = []
        for index in round.indices { deliver(round[index].message, to: index, round[index].mailbox) }
    }

    private mutating func deliver(_ message: Message, to worker: Int, _ mailbox: Mailbox) {
        for action in workers[worker].receive(.delivery(message, in: mailbox)) { tell(action) }
    }

    private mutating func tell(_ action: Worker.Action) {
        guard case .publish(let message, let mailbox) = action else { return }
        for action in master.receive(.delivery(message, in: mailbox)) {
            if case .publish(let request, let target) = action { requests.append((request, target)) }
        }
    }
}
