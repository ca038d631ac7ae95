internal import DecisionProcesses
internal import Evaluation
internal import ScenarioCatalogue
internal import Scenarios
internal import TabularLearning

/// A host that may be compromised without anybody knowing, a sensor with false alarms, and when to restore the host.
///
/// In each tick a clean host is compromised with some probability; then the sensor raises an alarm, more often where
/// the host is compromised. What is known are the alarms since the host was last restored, which it is after some
/// ticks at the latest. So the states are these histories, the decision process of what is known is finite, and its
/// solution is that of the hidden one. The reward is the expected cost: nobody sees whether the host is compromised.
///
/// Source of the reduction: Åström, *Optimal Control of Markov Processes with Incomplete State Information*, Journal
/// of Mathematical Analysis and Applications 10(1), 1965.
struct IntrusionScenario: Scenario, Hashable {
    static let name = "intrusion"

    /// With what probability a clean host is compromised in a tick.
    var attack = 0.05
    /// With what probability there is an alarm in a tick of a compromised host.
    var detection = 0.6
    /// With what probability there is one in a tick of a clean host.
    var falseAlarm = 0.1
    /// What a tick of a compromised host costs.
    var breachCost = 4.0
    /// What restoring a host costs.
    var restoreCost = 10.0
    /// After so many ticks a host is restored, whatever has been seen.
    var latest = 10

    static let ticks = 1...12

    func check() throws(ScenarioError) {
        for (what, value) in [("attack", attack), ("detection", detection), ("false alarm", falseAlarm)]
        where !(0...1).contains(value) {
            throw ScenarioError("a probability of \(what) of \(value) is not within 0...1")
        }
        for (what, value) in [("breach cost", breachCost), ("restore cost", restoreCost)]
        where !(0...1e6).contains(value) {
            throw ScenarioError("a \(what) of \(value) is not within 0...1000000")
        }
        guard Self.ticks.contains(latest) else {
            throw ScenarioError(
                "restored after \(latest) ticks at the latest: 1 to 12, of which every history is a state"
            )
        }
    }

    /// The alarms since the host was restored, as numbered by `state`.
    var space: StateSpace {
        StateSpace(factors: [.init("history", count: stateCount)], actions: ["wait", "restore"])
    }

    /// Random actions from all histories at first, so that all are seen.
    var defaults: TrainingDefaults {
        .overAllStates(discount: 0.95, stepSize: .visitCount(discount: 0.95), steps: 10_000_000)
    }
}

extension IntrusionScenario: ProcessScenario {
    var stateCount: Int { 1 << (latest + 1) - 1 }

    /// Restored just now.
    var start: Int { 0 }

    var trainingStarts: [Int] { Array(0..<stateCount) }

    var stepLimit: Int? { 50 }

    var subject: String {
        "intrusion, detection \(decimal(detection)), false alarms \(decimal(falseAlarm)), restored after \(latest) ticks at the latest"
    }

    /// The state of a history: its ticks say the block, its alarms, the latest the lowest bit, the place in it.
    func state(ticks: Int, alarms: Int) -> Int { 1 << ticks - 1 + alarms }

    /// The ticks since the host was restored and its alarms.
    func reading(_ state: Int) -> (ticks: Int, alarms: Int) {
        let ticks = Int.bitWidth - 1 - (state + 1).leadingZeroBitCount
        return (ticks, state + 1 - 1 << ticks)
    }

    /// With what probability the host is compromised after a history, by Bayes' rule tick by tick.
    func belief(_ state: Int) -> Double {
        let (ticks, alarms) = reading(state)
        return (0..<ticks).reversed().reduce(0.0) { belief, tick in
            update(risen(belief), alarm: alarms >> tick & 1 == 1)
        }
    }

    /// The belief when the attacker has had a tick.
    private func risen(_ belief: Double) -> Double { belief + (1 - belief) * attack }

    private func alarmProbability(_ belief: Double) -> Double { belief * detection + (1 - belief) * falseAlarm }

    /// The belief after an alarm, or none; what cannot have been changes nothing.
    private func update(_ belief: Double, alarm: Bool) -> Double {
        let likelihood = alarm ? detection : 1 - detection
        let total = alarm ? alarmProbability(belief) : 1 - alarmProbability(belief)
        return total > 0 ? belief * likelihood / total : belief
    }

    var process: DecisionProcess {
        DecisionProcess(
            stateCount: stateCount,
            actionCount: 2,
            mask: { reading($0).ticks < latest ? 0b11 : 0b10 },
            outcomes: { state, action in
                let known = action == 0 ? reading(state) : (ticks: 0, alarms: 0)
                let belief = risen(action == 0 ? self.belief(state) : 0)
                let reward = -breachCost * belief - (action == 1 ? restoreCost : 0)
                let alarm = alarmProbability(belief)
                return [(0, 1 - alarm), (1, alarm)].filter { $0.1 > 0 }.map { bit, probability in
                    .init(
                        probability: probability,
                        reward: reward,
                        next: self.state(ticks: known.ticks + 1, alarms: known.alarms << 1 | bit),
                        event: bit
                    )
                }
            }
        )
    }

    // The rules of the field.
    func rules(_ solution: ExactSolution) -> [Controller] {
        let process = solution.process
        func rule(_ name: String, _ restores: @escaping (_ state: Int) -> Bool) -> Controller {
            Controller(name, in: process) { state in reading(state).ticks == latest || restores(state) ? 1 : 0 }
        }
        /// The one of a family that is worth the most, the first of equal ones.
        func best(_ family: [Controller]) -> [Controller] {
            let values = family.map { solution.values(of: $0)[start] }
            return values.indices.max { (values[$0], $1) < (values[$1], $0) }.map { [family[$0]] } ?? []
        }
        return [rule("never") { _ in false }, rule("every-alarm") { reading($0).alarms & 1 == 1 }]
            + best(
                (1...latest).map { count in
                    rule("alarms-\(count)") { reading($0).alarms.nonzeroBitCount >= count }
                }
            )
            + best(
                (1...latest).map { length in
                    let streak = 1 << length - 1
                    return rule("streak-\(length)") {
                        reading($0).ticks >= length && reading($0).alarms & streak == streak
                    }
                }
            )
            + best((1...latest).map { age in rule("age-\(age)") { reading($0).ticks >= age } })
            + best(
                (1...19).map { step in
                    let threshold = Double(step) / 20
                    return rule("belief-\(decimal(threshold, places: 2))") { belief($0) >= threshold }
                }
            )
            + [.random(in: process)]
    }

    var figures: [ProcessFigure] {
        let scenario = self
        return [
            ProcessFigure(name: "restored", unit: "1/tick", preference: .none) { _, action, _ in Double(action) },
            ProcessFigure(name: "compromised", unit: "share", preference: .lower) { state, action, _ in
                scenario.risen(action == 0 ? scenario.belief(state) : 0)
            },
            ProcessFigure(name: "alarms", unit: "1/tick", preference: .none) { Double($2.event) },
        ]
    }

    /// The history in words, then the row.
    func explainDecision(in state: UInt64, of policy: Policy) -> String {
        guard state < UInt64(stateCount) else { return policy.explain(state) }
        let (ticks, alarms) = reading(Int(state))
        let bits = (0..<ticks).reversed().map { alarms >> $0 & 1 == 1 ? "!" : "." }.joined()
        return "Restored \(ticks) ticks ago, alarms since '\(bits)': compromised with probability "
            + "\(decimal(belief(Int(state)), places: 3)).\n" + policy.explain(state)
    }
}
