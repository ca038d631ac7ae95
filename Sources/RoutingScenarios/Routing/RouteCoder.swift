internal import PolicyServing
internal import Scenarios
internal import TabularLearning

/// What a router knows of a packet: where it is bound, where it came from, which links work, and what waits ahead.
struct RouteCoder: ObservationCoder {
    let fields: [ObservationField]
    let place: ObservationField?
    let knowsUntriedActions: Bool
    private let scenario: RoutingScenario
    private let topology: NetworkTopology
    private let router: ObservationField
    private let destination: ObservationField
    private let previous: ObservationField
    private let down: ObservationField
    private let queues: ObservationField
    private let constant: Int?

    /// To the neighbour that is nearest to the destination in hops, the first of equals.
    private static let shortestPath = "shortest-path"

    init(_ scenario: RoutingScenario, fallingBackTo name: String?) throws(RequestFault) {
        self.scenario = scenario
        topology = scenario.topology
        let space = scenario.space
        let rule = name ?? Self.shortestPath
        constant = rule == Self.shortestPath ? nil : space.actions.firstIndex(of: rule)
        router = .level("router", topology.names, "Where the packet is.")
        destination = .level("destination", topology.names, "Where it is bound.")
        previous = .level(
            "from",
            topology.names,
            isRequired: false,
            "The router that it came from; none where it entered."
        )
        down = ObservationField(
            "down",
            .names(topology.names),
            isRequired: false,
            "Neighbours that cannot be reached now."
        )
        queues = ObservationField(
            "queues",
            .counts(of: space.actions, most: Int(Int32.max)),
            isRequired: false,
            "Packets that it would find before it through each neighbour, in their order; equal ones where nothing is said."
        )
        fields = [router, destination, previous, down] + (scenario.rule.seesQueues ? [queues] : [])
        place = router
        // As `table show` has it.
        knowsUntriedActions = scenario.rule.start == .hops
        guard rule == Self.shortestPath || constant != nil else {
            throw .unknown(fallback: rule, among: [Self.shortestPath] + space.actions)
        }
    }

    let namesActionsByPlace = true

    func situation(of observation: Observation) throws(RequestFault) -> Situation {
        let place = try observation.requiredLevel(router)
        let target = try observation.requiredLevel(destination)
        let neighbors = topology.neighbors[place]
        guard place != target else {
            // No mistake of form: nothing is to be decided there.
            throw RequestFault("router \(topology.names[place]) is the destination: the packet is there", status: 409)
        }
        var (allowed, adjustments) = (ActionMask.all(neighbors.count), [Float]())
        var trouble: Trouble?
        switch try observation.names(down) {
        case .value(let lost):
            // None where all are lost: nobody answers for that.
            allowed = neighbors.indices.filter { !lost.contains(neighbors[$0]) }.reduce(UInt64(0)) {
                $0 | 1 << UInt64($1)
            }
        case .missing: break
        case .trouble(let found): trouble = found
        }
        if observation.has(previous) {
            let origin = try observation.requiredLevel(previous)
            if let slot = neighbors.firstIndex(of: origin) {
                let wayBack: UInt64 = 1 << UInt64(slot)
                if scenario.rule.splitsHorizon, allowed & ~wayBack != 0 { allowed &= ~wayBack }
            } else {
                let names = neighbors.map { topology.names[$0] }.joined(separator: ", ")
                trouble =
                    trouble
                    ?? .impossible(
                        "from \(topology.names[origin]) is no neighbour of \(topology.names[place]); those are \(names)"
                    )
            }
        }
        if scenario.rule.seesQueues {
            switch try observation.counts(queues, first: neighbors.count) {
            case .value(let lengths):
                adjustments = zip(neighbors, lengths).map { neighbor, length in
                    let isThere = scenario.model == .node && neighbor == target
                    return isThere ? 0 : -scenario.rule.queueWeight * Float(length)
                }
            case .missing: break
            case .trouble(let found): trouble = trouble ?? found
            }
        }
        return situation(place, target, allowed, adjustments, trouble)
    }

    func situation(in state: UInt64) -> Situation {
        let (place, target) = Int(state).quotientAndRemainder(dividingBy: topology.routerCount)
        let all = ActionMask.all(topology.neighbors[place].count)
        let there: Trouble? = place == target ? .impossible("router \(topology.names[place]) is the destination") : nil
        return situation(place, target, all, [], there)
    }

    private func situation(
        _ place: Int,
        _ target: Int,
        _ allowed: UInt64,
        _ adjustments: [Float],
        _ trouble: Trouble?
    ) -> Situation {
        var situation = Situation(
            state: UInt64(place * topology.routerCount + target),
            allowed: allowed,
            adjustments: adjustments,
            trouble: trouble
        ) { [topology, constant, scenario] _ in
            if let constant { return RuleChoice(scenario.space.actions[constant], constant) }
            let neighbors = topology.neighbors[place]
            let nearest = neighbors.indices.filter { allowed & 1 << UInt64($0) != 0 }
                .min { (topology.distance(neighbors[$0], target), $0) < (topology.distance(neighbors[$1], target), $1) }
            return RuleChoice(Self.shortestPath, nearest ?? 0)
        }
        situation.actionNames = topology.neighbors[place].map { topology.names[$0] }
        return situation
    }
}

extension RoutingScenario {
    func coder(fallingBackTo rule: String?) throws -> any ObservationCoder {
        try RouteCoder(self, fallingBackTo: rule)
    }
}
