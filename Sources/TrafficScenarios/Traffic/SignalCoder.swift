internal import PolicyServing
internal import SUMOSimulation
internal import Scenarios
internal import TabularLearning

/// What the detectors and the signal of an intersection say, and what the signal is held to.
struct SignalCoder: ObservationCoder {
    let fields: [ObservationField]
    let place: ObservationField?
    private let intersections: [Intersection]
    private let encoder: SignalStateEncoder
    private let intersection: ObservationField
    private let phase: ObservationField
    private let elapsed: ObservationField
    private let vehicles: ObservationField
    private let waited: ObservationField
    private let full: ObservationField?
    private let neighbors: ObservationField?
    private let priority: ObservationField?
    /// What decides where the table knows nothing, and what decides where the detectors cannot be believed either.
    private let rule: any SignalController
    private let blindRule: FixedTimeController
    private let constant: Int?

    /// What is known of an intersection beforehand.
    struct Intersection: Sendable {
        let name: String
        let phaseCount: Int
        let envelope: SafetyEnvelope
        /// The most vehicles that its detectors can see.
        let mostVehicles: Int
    }

    /// The rules that need no more than what is asked for.
    private static let rules = ["greedy", "fixed", "webster"]
    /// The longest that anything can last, in seconds.
    private static let longest = 86_400
    /// More than stand at the lights around one.
    private static let mostNeighbors = 100_000

    init(
        _ intersections: [Intersection],
        _ encoder: SignalStateEncoder,
        _ settings: TrafficScenario,
        _ controllers: SignalControllers,
        rules: [String] = rules,
        fallingBackTo name: String?
    ) throws {
        self.intersections = intersections
        self.encoder = encoder
        let phases = encoder.space.actions
        let named = name ?? "greedy"
        constant = phases.firstIndex(of: named)
        guard constant != nil || rules.contains(named) else {
            throw RequestFault.unknown(fallback: named, among: rules + phases)
        }
        rule = try controllers.named(constant == nil ? named : "fixed")
        blindRule = FixedTimeController(greens: controllers.fixedGreens)
        let distance = Int(settings.observation.detectorDistance)
        intersection = .level(
            "intersection",
            intersections.map(\.name),
            isRequired: intersections.count > 1,
            "Where it is."
        )
        phase = .level("phase", phases, "The phase that is green.")
        elapsed = ObservationField("elapsed", .count(most: Self.longest), "Seconds for which it has been.")
        vehicles = ObservationField(
            "vehicles",
            .counts(of: phases, most: intersections.map(\.mostVehicles).max() ?? 0),
            "For each phase the vehicles that are queued or within \(distance) m of the stop lines that it serves."
        )
        waited = ObservationField(
            "waited",
            .counts(of: phases, most: Self.longest),
            isRequired: false,
            "For each phase the seconds for which its vehicles have waited at red, 0 where none does; the maximum red needs it."
        )
        full =
            settings.observation.seesFullExits
            ? ObservationField("full", .names(phases), "The phases that lead to a road which is almost full.") : nil
        neighbors =
            settings.observation.neighborBins.isEmpty
            ? nil
            : ObservationField(
                "neighbors",
                .count(most: Self.mostNeighbors),
                "Vehicles that stand at the neighbours' lights on their way here."
            )
        priority =
            settings.kinds.contains(where: \.hasPriority)
            ? ObservationField(
                "priority",
                .names(phases),
                isRequired: false,
                "The phases that vehicles with priority ask for."
            ) : nil
        fields = [intersection, phase, elapsed, vehicles, waited] + [full, neighbors, priority].compactMap(\.self)
        place = intersection
    }

    func situation(of observation: Observation) throws(RequestFault) -> Situation {
        try situation(of: observation, agedBy: nil)
    }

    /// A green that was seen goes on until somebody ends it: an old one is older now, so that plan and maximum green end it.
    func situation(of observation: Observation, seenBefore seconds: Int) throws(RequestFault) -> Situation {
        try situation(of: observation, agedBy: seconds)
    }

    private func situation(of observation: Observation, agedBy seconds: Int?) throws(RequestFault) -> Situation {
        let index =
            intersections.count > 1 || observation.has(intersection) ? try observation.requiredLevel(intersection) : 0
        let place = intersections[index]
        var view = IntersectionView()
        view.intersection = index
        view.phaseCount = place.phaseCount
        view.phase = try observation.requiredLevel(phase)
        guard view.phase < place.phaseCount else {
            throw RequestFault(
                "phase \(encoder.space.actions[view.phase]): \(place.name) has \(place.phaseCount) phases"
            )
        }
        var trouble = try readAge(observation, into: &view)
        trouble = try readVehicles(observation, place, into: &view) ?? trouble
        if let full {
            switch try observation.names(full) {
            case .value(let phases): view.fullExits = phases.reduce(0) { $0 | 1 << UInt64($1) }
            case .missing: throw RequestFault("full is missing; say [] where no exit is full")
            case .trouble(let found): trouble = trouble ?? found
            }
        }
        if let neighbors {
            switch try observation.count(neighbors) {
            case .value(let count): view.neighborQueue = Int32(clamping: count)
            case .missing: throw RequestFault("neighbors is missing")
            case .trouble(let found): trouble = trouble ?? found
            }
        }
        var asked: UInt64 = 0
        if let priority {
            switch try observation.names(priority) {
            case .value(let phases): asked = phases.reduce(0) { $0 | 1 << UInt64($1) }
            case .missing: break
            case .trouble(let found): trouble = trouble ?? found
            }
        }
        if let seconds { view.greenAge = min(view.greenAge + seconds, Self.longest) }
        limit(&view, place, isBlind: trouble != nil || seconds != nil)
        view.giveGreen(to: asked & ((UInt64(1) << UInt64(place.phaseCount)) - 1))
        let state = trouble == nil ? encoder.state(of: view) : nil
        return situation(state, view, trouble)
    }

    private func readAge(_ observation: Observation, into view: inout IntersectionView) throws(RequestFault) -> Trouble?
    {
        switch try observation.count(elapsed) {
        case .value(let seconds): view.greenAge = seconds
        case .missing: throw RequestFault("elapsed is missing")
        case .trouble(let trouble): return trouble
        }
        return nil
    }

    private func readVehicles(
        _ observation: Observation,
        _ place: Intersection,
        into view: inout IntersectionView
    ) throws(RequestFault) -> Trouble? {
        var trouble: Trouble?
        switch try observation.counts(vehicles, first: place.phaseCount) {
        case .missing: throw RequestFault("vehicles is missing")
        case .trouble(let found): trouble = found
        case .value(let counts):
            if let most = counts.max(), most > place.mostVehicles {
                trouble = .outOfRange(
                    "vehicles \(most) is not within 0...\(place.mostVehicles), which is all that the roads hold"
                )
            }
            for (phase, count) in counts.enumerated() { view.demand[phase] = Int32(clamping: count) }
        }
        switch try observation.counts(waited, first: place.phaseCount) {
        case .value(let seconds):
            for (phase, count) in seconds.enumerated() where phase != view.phase {
                view.redWaits[phase] = Int32(clamping: count)
            }
        // Whoever is there at red waits, nobody knows for how long.
        case .missing:
            for phase in 0..<place.phaseCount where phase != view.phase && view.demand[phase] > 0 {
                view.redWaits[phase] = 1
            }
        case .trouble(let found): trouble = trouble ?? found
        }
        for phase in 0..<place.phaseCount where view.redWaits[phase] > 0 { view.calledPhases |= 1 << UInt64(phase) }
        return trouble
    }

    /// What the safety envelope leaves; where nobody sees, every phase may be called.
    private func limit(_ view: inout IntersectionView, _ place: Intersection, isBlind: Bool) {
        if isBlind {
            view.redWaits = SIMD16(repeating: 0)
            for phase in 0..<place.phaseCount where phase != view.phase { view.redWaits[phase] = 1 }
            view.allowsUncalledPhases = true
        }
        guard view.greenAge >= place.envelope.timing.minimumGreen else {
            view.allowedPhases = 1 << UInt64(view.phase)
            return
        }
        view.allowedPhases = place.envelope.allowedPhases(
            phase: view.phase,
            greenAge: view.greenAge,
            redWaits: view.redWaits,
            phaseCount: place.phaseCount
        )
    }

    private func situation(_ state: UInt64?, _ view: IntersectionView, _ trouble: Trouble?) -> Situation {
        let (rule, blindRule, constant, phases) = (rule, blindRule, constant, encoder.space.actions)
        return Situation(state: state, allowed: view.choices, trouble: trouble) { isUsable in
            if let constant { return RuleChoice(phases[constant], constant) }
            var (rule, blindRule) = (rule, blindRule)
            return isUsable
                ? RuleChoice(rule.name, rule.choosePhase(view))
                : RuleChoice(blindRule.name, blindRule.choosePhase(view))
        }
    }

    /// Of a state alone nobody knows the intersection's times: every phase may be chosen, and only a phase that is named can be
    /// fallen back to.
    func situation(in state: UInt64) -> Situation {
        let (constant, phases) = (constant, encoder.space.actions)
        return Situation(state: state, allowed: ActionMask.all(phases.count)) { _ in
            constant.map { RuleChoice(phases[$0], $0) }
        }
    }
}

extension TrafficScenario {
    func coder(fallingBackTo rule: String?) throws -> any ObservationCoder {
        let network = try makeNetwork()
        let intersections = network.intersections.map { intersection in
            let roads = Set(network.movements[intersection.movements].map(\.road))
            return SignalCoder.Intersection(
                name: intersection.name,
                phaseCount: intersection.phases.count,
                envelope: envelope,
                mostVehicles: roads.reduce(0) { $0 + network.roads[$1].storage }
            )
        }
        let controllers = SignalControllers(scenario: self, network: network)
        return try SignalCoder(intersections, makeEncoder(), self, controllers, fallingBackTo: rule)
    }
}

extension SUMOScenario {
    func coder(fallingBackTo rule: String?) throws -> any ObservationCoder {
        let intersections = zip(network.signals, envelopes(interval: settings.decisionInterval)).map {
            signal,
            envelope in
            SignalCoder.Intersection(
                name: signal.name,
                phaseCount: signal.phases.count,
                envelope: envelope,
                mostVehicles: 10_000
            )
        }
        let greens = network.signals.map { $0.phases.map(\.seconds) }
        let controllers = SignalControllers(
            fixedGreens: greens,
            websterGreens: greens,
            decisionInterval: settings.decisionInterval
        )
        // Webster's plan needs flows, which nobody has counted here.
        return try SignalCoder(
            intersections,
            makeEncoder(),
            settings,
            controllers,
            rules: ["greedy", "fixed"],
            fallingBackTo: rule
        )
    }
}
