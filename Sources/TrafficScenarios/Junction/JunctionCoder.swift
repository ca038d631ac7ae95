internal import PolicyServing
internal import Scenarios
internal import TabularLearning

/// What a junction of two movements sees and what it is held to.
struct JunctionCoder: ObservationCoder {
    let fields: [ObservationField]
    private let space: StateSpace
    private let green: ObservationField
    private let queues: [ObservationField]
    private let elapsed: ObservationField
    private let rule: String
    private let constant: Int?

    /// Changes when more wait at red than at green.
    private static let longestQueue = "longest-queue"
    /// Seconds of green before a change, and those after which the signal changes when others wait.
    private static let minimumGreen = TwoMovementJunction.minimumGreenSlots * TwoMovementJunction.slotSeconds
    private static let maximumGreen = TwoMovementJunction.maximumGreenSlots * TwoMovementJunction.slotSeconds

    init(_ scenario: JunctionScenario, fallingBackTo name: String?) throws(RequestFault) {
        space = scenario.space
        rule = name ?? Self.longestQueue
        constant = space.actions.firstIndex(of: rule)
        green = .level(space.factors[0].name, space.factors[0].levels, "The movement that has green.")
        queues = space.factors.dropFirst().map {
            ObservationField(
                $0.name,
                .count(most: $0.levelCount - 1),
                "Vehicles that wait, at most \($0.levelCount - 1)."
            )
        }
        elapsed = ObservationField("elapsed", .count(most: 86_400), "Seconds for which it has had green.")
        fields = [green] + queues + [elapsed]
        guard constant != nil || rule == Self.longestQueue else {
            throw .unknown(fallback: rule, among: [Self.longestQueue] + space.actions)
        }
    }

    func situation(of observation: Observation) throws(RequestFault) -> Situation {
        var levels = [try observation.requiredLevel(green)]
        var trouble: Trouble?
        for field in queues + [elapsed] {
            switch try observation.count(field) {
            case .value(let count): levels.append(count)
            case .missing: throw RequestFault("\(field.name) is missing")
            case .trouble(let found): trouble = trouble ?? found
            }
        }
        if let trouble { return situation(nil, allowed: 0b11, trouble) }
        let age = levels.removeLast()
        let waiting = levels[0] == 0 ? levels[2] : levels[1]
        let isOver = age >= Self.maximumGreen
        let allowed: UInt64 = age < Self.minimumGreen || waiting == 0 ? 0b01 : isOver ? 0b10 : 0b11
        return situation(space.index(levels), allowed: allowed, nil)
    }

    func situation(in state: UInt64) -> Situation { situation(state, allowed: 0b11, nil) }

    private func situation(_ state: UInt64?, allowed: UInt64, _ trouble: Trouble?) -> Situation {
        Situation(state: state, allowed: allowed, trouble: trouble) { [rule, constant, space] isUsable in
            if let constant { return RuleChoice(rule, constant) }
            guard isUsable, let state else { return nil }
            let levels = space.levels(of: state)
            let (own, others) = levels[0] == 0 ? (levels[1], levels[2]) : (levels[2], levels[1])
            return RuleChoice(rule, others > own ? 1 : 0)
        }
    }
}

extension JunctionScenario {
    func coder(fallingBackTo rule: String?) throws -> any ObservationCoder {
        try JunctionCoder(self, fallingBackTo: rule)
    }
}
