internal import DecisionProcesses
internal import ScenarioCatalogue
internal import Scenarios
internal import TabularLearning

/// Machines that wear while they earn: run on, or be repaired before they fail.
///
/// Each period a machine earns less the more it is worn, and wears. A repair costs a period and its price and leaves it new. A
/// machine that has failed is replaced in an emergency, at a higher price. One crew repairs one machine a period.
///
/// Source: Derman, *On Optimal Replacement Rules when Changes of State are Markovian*, 1963: with wear like this the best rule
/// is a control limit, repair from some condition on. With a lifetime instead of wear it is an age: Barlow & Hunter, *Optimum
/// Preventive Maintenance Policies*, Operations Research 8(1), 1960.
struct MaintenanceScenario: Scenario, Hashable {
    static let name = "maintenance"

    /// How a machine comes to fail.
    enum Wear: Hashable, Codable {
        /// With these probabilities it gets worse by 0, 1, 2, … conditions in a period.
        case steps([Double])
        /// Its lifetime is a Weibull distribution, and its condition is its age.
        case weibull(shape: Double, scale: Double)
    }

    /// The machines that share a crew.
    var machines = 1
    /// The conditions of a machine that runs, 0 for new; the next one is failed.
    var conditions = 10
    var wear = Wear.steps([0.4, 0.5, 0.1])
    /// What a new machine earns in a period.
    var earnings = 10.0
    /// By how much less with every condition.
    var decline = 0.8
    var repairCost = 20.0
    var failureCost = 60.0

    /// The numbers of conditions that are solved.
    static let conditionCounts = 2...200
    /// The numbers of machines that one crew has.
    static let machineCounts = 1...3
    /// The most states that are solved.
    static let mostStates = 20_000

    func check() throws(ScenarioError) {
        guard Self.machineCounts.contains(machines) else {
            throw ScenarioError("\(machines) machines: one crew has 1 to 3")
        }
        guard Self.conditionCounts.contains(conditions) else {
            throw ScenarioError("\(conditions) conditions: a machine has 2 to 200 before it has failed")
        }
        guard stateCount <= Self.mostStates else {
            throw ScenarioError(
                "\(machines) machines of \(conditions) conditions have \(stateCount) states; at most \(Self.mostStates) are "
                    + "solved: take fewer of either"
            )
        }
        for (what, value) in [
            ("earnings", earnings), ("a decline", decline), ("a repair cost", repairCost),
            ("a failure cost", failureCost),
        ] {
            guard value >= 0, value <= 1e6 else { throw ScenarioError("\(what) of \(value) is not within 0...1000000") }
        }
        switch wear {
        case .steps(let shares):
            let isDistribution =
                shares.allSatisfy { (0...1).contains($0) } && (shares.reduce(0, +) - 1).magnitude < 1e-9
            guard isDistribution, (2...conditions + 1).contains(shares.count), shares[0] < 1 else {
                throw ScenarioError(
                    "wear of \(shares): the probabilities to get worse by 0, 1, 2, … conditions; they add up to 1, and the "
                        + "first is below 1"
                )
            }
        case .weibull(let shape, let scale):
            guard (0.5...20).contains(shape), (1...100).contains(scale) else {
                throw ScenarioError(
                    "a Weibull lifetime of shape \(shape) and scale \(scale): shape 0.5...20, scale 1...100"
                )
            }
        }
    }

    private var levels: Int { conditions + 1 }

    private var stateCount: Int { (0..<machines).reduce(1) { count, _ in count * levels } }

    /// The condition of each machine.
    var space: StateSpace {
        let names = ["new"] + (1..<conditions).map { "\($0)" } + ["failed"]
        return StateSpace(
            factors: (1...machines).map { .init(machines == 1 ? "condition" : "machine \($0)", levels: names) },
            actions: ["run"] + (1...machines).map { machines == 1 ? "repair" : "repair \($0)" }
        )
    }

    /// Random repairs from all conditions at first, so that all are seen.
    var defaults: TrainingDefaults {
        .overAllStates(
            discount: 0.95,
            stepSize: .visitCount(discount: 0.95),
            steps: machines == 1 ? 1_000_000 : machines == 2 ? 4_000_000 : 20_000_000
        )
    }
}

extension MaintenanceScenario: ProcessScenario {
    /// All machines new.
    var start: Int { 0 }

    var trainingStarts: [Int] { Array(0..<stateCount) }

    var stepLimit: Int? { 100 }

    var process: DecisionProcess {
        let fates = (0..<levels).map { condition in
            [self.fates(condition, isRepaired: false), self.fates(condition, isRepaired: true)]
        }
        return DecisionProcess(
            stateCount: stateCount,
            actionCount: machines + 1,
            mask: { _ in 1 << UInt64(machines + 1) - 1 },
            outcomes: { state, action in
                var outcomes = [DecisionProcess.Outcome(probability: 1, reward: 0, next: 0)]
                for (machine, condition) in levelsOfMachines(state).enumerated() {
                    let next = fates[condition][action == machine + 1 ? 1 : 0]
                    outcomes = outcomes.flatMap { outcome in
                        next.map { fate in
                            .init(
                                probability: outcome.probability * fate.probability,
                                reward: outcome.reward + fate.reward,
                                next: (outcome.next ?? 0) * levels + fate.condition
                            )
                        }
                    }
                }
                return outcomes
            }
        )
    }

    /// The conditions of the machines in a state.
    func levelsOfMachines(_ state: Int) -> [Int] {
        var (rest, conditions) = (state, [Int]())
        for _ in 0..<machines {
            conditions.append(rest % levels)
            rest /= levels
        }
        return conditions.reversed()
    }

    private typealias Fate = (probability: Double, reward: Double, condition: Int)

    /// What a period does to a machine.
    private func fates(_ condition: Int, isRepaired: Bool) -> [Fate] {
        if condition == conditions { return [(1, -failureCost, 0)] }
        if isRepaired { return [(1, -repairCost, 0)] }
        let reward = earnings - decline * Double(condition)
        var shares = Array(repeating: 0.0, count: levels)
        switch wear {
        case .steps(let steps):
            for (step, share) in steps.enumerated() { shares[min(conditions, condition + step)] += share }
        case .weibull(let shape, let scale):
            let hazard = Self.hazard(at: condition, shape: shape, scale: scale)
            shares[conditions] += hazard
            shares[min(conditions - 1, condition + 1)] += 1 - hazard
        }
        return shares.indices.filter { shares[$0] > 0 }.map { (shares[$0], reward, $0) }
    }

    /// The probability that a machine fails in the period after an age: 1 − S(age + 1) / S(age), S(t) = exp(−(t / scale)^shape).
    static func hazard(at age: Int, shape: Double, scale: Double) -> Double {
        let (now, then) = (power(Double(age) / scale, shape), power(Double(age + 1) / scale, shape))
        return 1 - exponential(now - then)
    }
}
