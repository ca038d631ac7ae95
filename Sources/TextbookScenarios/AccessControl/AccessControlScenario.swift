internal import ArgumentParser
internal import DecisionProcesses
internal import Evaluation
internal import ScenarioCatalogue
internal import Scenarios
internal import TabularLearning

/// Ten servers and customers who pay by their priority: whoever is at the head of the queue is accepted or turned away.
///
/// Priorities 1, 2, 4 and 8 are equally likely, and what is paid is the priority. A busy server becomes free with 0.06 in a step.
/// It never ends: what counts is the reward of a step in the long run.
///
/// Source: Sutton & Barto 2018, example 10.2.
struct AccessControlScenario: Scenario, Hashable {
    static let name = "access-control"

    var servers = 10
    /// The probability that a busy server becomes free in a step.
    var freeing = 0.06

    static let serverCounts = 1...50
    static let priorities = [1.0, 2, 4, 8]

    func check() throws(ScenarioError) {
        guard Self.serverCounts.contains(servers) else { throw ScenarioError("\(servers) servers: 1 to 50") }
        guard (0.001...0.999).contains(freeing) else {
            throw ScenarioError("a probability of \(freeing) to become free is not within 0.001...0.999")
        }
    }

    var space: StateSpace {
        StateSpace(
            factors: [
                .init("free", count: servers + 1), .init("priority", levels: Self.priorities.map { "\(Int($0))" }),
            ],
            actions: ["reject", "accept"]
        )
    }

    /// A discount so near to 1 that its optimum is that of the long run but for less than a thousandth.
    var defaults: TrainingDefaults {
        TrainingDefaults(
            parameters: LearningParameters(
                discount: 0.99,
                stepSize: .visitCount(discount: 0.99),
                epsilon: .linear(initial: 1, final: 0.1, steps: 4_000_000)
            ),
            lanes: 256,
            cohorts: 2,
            steps: 5_000_000
        )
    }
}

extension AccessControlScenario: ProcessScenario {
    /// All servers free, a customer of the lowest priority.
    var start: Int { servers * Self.priorities.count }
    var trainingStarts: [Int] { [start] }
    var stepLimit: Int? { nil }
    var yardstick: ProcessYardstick { .gain }
    var figures: [ProcessFigure] {
        [
            ProcessFigure(name: "accepted", unit: "", preference: .higher) { _, action, _ in Double(action) }
        ]
    }

    var subject: String { "access control, \(servers) servers that become free with \(decimal(freeing, places: 3))" }

    var process: DecisionProcess {
        let count = Self.priorities.count
        return DecisionProcess(
            stateCount: (servers + 1) * count,
            actionCount: 2,
            mask: { $0 < count ? 0b01 : 0b11 },
            outcomes: { state, action in
                let (free, priority) = state.quotientAndRemainder(dividingBy: count)
                let left = free - action
                return shares(of: servers - left).enumerated().flatMap { freed, share in
                    (0..<count).map { next in
                        DecisionProcess.Outcome(
                            probability: share / Double(count),
                            reward: action == 1 ? Self.priorities[priority] : 0,
                            next: (left + freed) * count + next
                        )
                    }
                }
            }
        )
    }

    /// How likely it is that 0, 1, 2, … of so many busy servers become free: the binomial distribution.
    private func shares(of busy: Int) -> [Double] {
        var shares = [1.0]
        for _ in 0..<busy {
            var next = Array(repeating: 0.0, count: shares.count + 1)
            for (freed, share) in shares.enumerated() {
                next[freed] += share * (1 - freeing)
                next[freed + 1] += share * freeing
            }
            shares = next
        }
        return shares
    }

    /// Everybody, or those from a priority on; and chance.
    func rules(_ solution: ExactSolution) -> [Controller] {
        let (process, count) = (solution.process, Self.priorities.count)
        let limits = (0..<count).map { least in
            Controller(least == 0 ? "accept-all" : "accept-from-\(Int(Self.priorities[least]))", in: process) { state in
                state >= count && state % count >= least ? 1 : 0
            }
        }
        return limits + [.random(in: process)]
    }
}

/// Access control in the catalogue.
enum AccessControlEntry: ProcessEntry {
    typealias Options = AccessControlOptions

    static let standard: any CataloguedScenario = AccessControlScenario()
    static let title = "Access control"
    static let summary = "Customers of four priorities and ten servers (Sutton & Barto, example 10.2)."
    static let comparison = "Compare policies with limits on the priority and the exact optimum, by their gain."
    static let example = "--output runs/access"
    static let samples: [any CataloguedScenario] = [
        AccessControlScenario(), AccessControlScenario(servers: 2, freeing: 0.5),
    ]
}

/// The settings of access control.
struct AccessControlOptions: ProcessOptionGroup {
    @Option(help: ArgumentHelp("Servers (default: 10).", valueName: "n"))
    var servers: Int?

    @Option(
        help: ArgumentHelp("Probability that a busy server becomes free in a step (default: 0.06).", valueName: "p")
    )
    var freeing: Double?

    var given: [String] { [("--servers", servers != nil), ("--freeing", freeing != nil)].filter(\.1).map(\.0) }

    func configuration(discount: Float?) throws -> ScenarioConfiguration {
        var scenario = AccessControlScenario()
        if let servers { scenario.servers = servers }
        if let freeing { scenario.freeing = freeing }
        return ScenarioConfiguration(scenario)
    }
}
