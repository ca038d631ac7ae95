public import Scenarios
public import TabularLearning

/// Why a learned signal does what it does in one state: the state in words, each phase's value as waiting time, what
/// decided, and what the fallback rule would do.
public struct SignalExplanation: Sendable, Hashable {
    /// A phase that may be shown next.
    public struct Choice: Sendable, Hashable {
        /// The phase's name.
        public let phase: String
        /// The action value.
        public let value: Float
        /// What the value stands for as a cost: the discounted waiting at this intersection from now on, vehicle-seconds, or
        /// the value with its sign turned where signals are rewarded with something else.
        public let cost: Double
        /// How often it was tried; nothing is known of a phase that never was.
        public let visits: UInt32
    }

    /// The state in words.
    public let situation: String
    /// The phase that is green.
    public let present: String
    /// Whether costs are vehicle-seconds of waiting; else they are the values with their sign turned.
    public let isDelay: Bool
    /// The phases in their order.
    public let choices: [Choice]
    /// The index of the phase that is chosen when the envelope allows all; `nil` where none was tried.
    public let chosen: Int?
    /// The tried phase that comes next; `nil` where fewer than two were tried.
    public let runnerUp: Int?
    /// The phases among which the fallback rule would choose: those with most vehicles, as far as the classes tell.
    public let fallback: [String]

    /// Explains a state of a scenario's table.
    ///
    /// - Parameters:
    ///   - state: Below the number of states.
    ///   - table: The whole table.
    ///   - scenario: What it was learned on.
    public init(_ state: UInt64, table: ActionValueTable, scenario: TrafficScenario) {
        self.init(state, table: table, space: scenario.space, settings: scenario)
    }

    /// Explains a state of a table of signals, wherever they were simulated.
    ///
    /// - Parameters:
    ///   - state: Below the number of states.
    ///   - table: The whole table.
    ///   - space: Its states and actions, with the factors of `SignalStateEncoder`.
    ///   - settings: Observation, reward and decision interval it was learned with.
    public init(_ state: UInt64, table: ActionValueTable, space: StateSpace, settings: TrafficScenario) {
        let levels = space.levels(of: state)
        let facts = zip(space.factors, levels).map { (name: $0.name, level: $1, label: $0.label($1)) }
        let presentIndex = facts.first { $0.name == "phase" }?.level ?? 0
        present = space.actions[presentIndex]
        situation = Self.situation(facts, settings: settings)
        isDelay = !settings.hasOwnReward
        let factor = isDelay ? Double(settings.rewardScale) * Double(settings.decisionInterval) : 1
        let cells = table.cells[(Int(state) * space.actionCount)...].prefix(space.actionCount)
        let choices = zip(space.actions, cells).map { phase, cell in
            Choice(phase: phase, value: cell.value, cost: -Double(cell.value) * factor, visits: cell.visitCount)
        }
        self.choices = choices
        let ranked = choices.indices.filter { choices[$0].visits > 0 }
            .sorted { (choices[$1].value, $0) < (choices[$0].value, $1) }
        chosen = ranked.first
        runnerUp = ranked.dropFirst().first
        fallback = Self.fallback(facts, present: presentIndex, phases: space.actions)
    }

    private typealias Fact = (name: String, level: Int, label: String)
    private static let demandPrefix = "vehicles for "

    private static func situation(_ facts: [Fact], settings: TrafficScenario) -> String {
        var parts: [String] = []
        var demands: [String] = []
        for fact in facts {
            switch fact.name {
            case "intersection": parts.append("intersection \(fact.label)")
            case "phase": parts.append("green is \(fact.label)")
            case "green age": parts.append("for \(fact.label)")
            case _ where fact.name.hasPrefix(demandPrefix):
                demands.append("\(fact.name.dropFirst(demandPrefix.count)) \(fact.label)")
            default: parts.append("\(fact.name) \(fact.label)")
            }
        }
        let distance = Int(settings.observation.detectorDistance)
        if !demands.isEmpty {
            parts.append("vehicles queued or within \(distance) m: \(demands.joined(separator: ", "))")
        }
        return parts.joined(separator: "; ")
    }

    /// The fallback serves the phase with most vehicles, the present one on ties.
    private static func fallback(_ facts: [Fact], present: Int, phases: [String]) -> [String] {
        let demands = facts.filter { $0.name.hasPrefix(demandPrefix) }.map(\.level)
        if demands.count == phases.count, let most = demands.max() {
            return phases.indices.filter { demands[$0] == most }.map { phases[$0] }
        }
        let own = facts.first { $0.name == "own vehicles" }?.level
        let other = facts.first { $0.name == "its vehicles" }?.level
        guard let own, let other, let rival = facts.first(where: { $0.name == "strongest other" })?.level else {
            return []
        }
        if own == other { return [phases[present], phases[rival]] }
        return [own > other ? phases[present] : phases[rival]]
    }

    /// How much the chosen phase saves against the runner-up, as a cost; `nil` without one.
    public var margin: Double? {
        chosen.flatMap { chosen in runnerUp.map { choices[$0].cost - choices[chosen].cost } }
    }

    /// The explanation for people.
    public var text: String {
        ([situation] + table + reasons).joined(separator: "\n")
    }

    private var table: [String] {
        let rows = choices.indices.map { index in
            let choice = choices[index]
            let name = (index == chosen ? "→ " : "  ") + choice.phase + (choice.phase == present ? " (keep)" : "")
            guard choice.visits > 0 else { return [name, "–", "–", "never"] }
            return [
                name, decimal(Double(choice.value), places: 4), decimal(choice.cost, places: isDelay ? 1 : 4),
                "\(choice.visits)",
            ]
        }
        let ahead = isDelay ? "waiting ahead [vehicle-s]" : "cost ahead"
        let table = TextTable(header: ["  next phase", "value", ahead, "tried"], rows: rows)
        return table.plainText.split(separator: "\n").map { String($0) }
    }

    private var reasons: [String] {
        let rule =
            switch fallback.count {
            case 0: "the phase with most vehicles"
            case 1: "the phase with most vehicles, \(fallback[0])"
            default: "the phase with most vehicles: \(fallback.joined(separator: " or ")), which are in one class"
            }
        guard let chosen else {
            return ["Nothing was tried here in training, so the fallback rule decides: \(rule)."]
        }
        let best = choices[chosen]
        var lines = [
            "It \(best.phase == present ? "keeps" : "changes to") \(best.phase), if the safety envelope allows it: "
        ]
        if let runnerUp, let margin {
            lines[0] +=
                "\(decimal(margin, places: isDelay ? 1 : 4)) \(isDelay ? "vehicle-seconds of waiting less" : "less cost") "
                + "than with \(choices[runnerUp].phase), "
                + "discounted, at this intersection, from now on."
        } else {
            lines[0] += "nothing else was tried here."
        }
        if best.visits < 10 {
            lines.append("That rests on \(best.visits == 1 ? "a single try" : "\(best.visits) tries only").")
        }
        let agrees = fallback.contains(best.phase)
        lines.append("The fallback rule would \(agrees ? "agree" : "not agree"): \(rule).")
        return lines
    }
}
