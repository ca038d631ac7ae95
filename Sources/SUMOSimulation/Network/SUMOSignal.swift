internal import Scenarios
public import TabularLearning

/// A traffic light of a SUMO network as a learner sees it: its green phases and what they let through.
public struct SUMOSignal: Sendable, Hashable, Codable {
    /// Lights that are green together.
    public struct Phase: Sendable, Hashable, Codable {
        /// One character per link: `G` and `g` go, `r` stops, `s` goes after a stop.
        public var state: String
        /// Seconds for which the network's own program shows it in a cycle.
        public var seconds: Int
        /// Seconds of yellow that the network's own program shows after it; `nil`: what the settings say.
        public var yellow: Int?
        /// Seconds of all-red after that; `nil`: what the settings say.
        public var allRed: Int?

        /// Whether each link has green.
        var greens: [Bool] { state.utf8.map { $0 == UInt8(ascii: "G") || $0 == UInt8(ascii: "g") } }
    }

    /// A way across the junction that the light controls.
    public struct Connection: Sendable, Hashable, Codable {
        /// The lane that ends at the stop line.
        public var from: String
        /// The lane beyond the junction.
        public var to: String
        /// The lanes inside the junction that lead from one to the other.
        @AddedSetting<AbsentList<String>> public var inside: [String]

        /// Joins two lanes.
        public init(from: String, to: String, inside: [String] = []) {
            self.from = from
            self.to = to
            self.inside = inside
        }
    }

    /// The light's id in the network.
    public var name: String
    /// The phases that can be chosen, 2...16, all different.
    public var phases: [Phase]
    /// By character of the states: what it controls; seldom more than one connection, sometimes none.
    public var links: [[Connection]]
    /// The crossings for pedestrians among the links.
    @AddedSetting<AbsentList<Crossing>> public var crossings: [Crossing] = []

    init(name: String, phases: [Phase], links: [[Connection]]) {
        self.name = name
        self.phases = phases
        self.links = links
    }
}

extension SUMOSignal.Phase {
    /// Takes the longer of two changes after the same green.
    fileprivate mutating func lengthen(_ change: (yellow: Int, allRed: Int)?) {
        guard let change else { return }
        yellow = max(yellow ?? 0, change.yellow)
        allRed = max(allRed ?? 0, change.allRed)
    }
}

extension SUMOSignal {
    /// A phase of the program that a light follows when nobody controls it.
    package struct ProgramPhase: Sendable, Hashable {
        package var seconds: Double
        package var state: String

        package init(seconds: Double, state: String) {
            self.seconds = seconds
            self.state = state
        }
    }

    /// Selects from a light's program the phases that can be chosen.
    ///
    /// Phases with yellow, without any green, and repetitions are left out, and those in which pedestrians have red
    /// already so that the last of them get across: they belong to the change (`Intergreens`).
    ///
    /// - Parameters:
    ///   - name: The light's id.
    ///   - program: The phases of its program.
    ///   - links: By character of the states: what it controls.
    /// - Returns: The light.
    /// - Throws: `SUMOFailure` with code `unusable` that says why it has to be left alone.
    package static func select(
        name: String,
        program: [ProgramPhase],
        links: [[Connection]]
    ) throws(SUMOFailure) -> SUMOSignal {
        let width = program.first?.state.utf8.count ?? 0
        for (index, step) in program.enumerated() {
            let state = Array(step.state.utf8)
            guard state.count == width else {
                throw refusal(index, "has \(state.count) lights where phase 0 has \(width)")
            }
            guard state.count >= links.count else {
                throw refusal(index, "has \(state.count) lights for \(links.count) links")
            }
            if let unknown = step.state.first(where: { !"GgrRsyYuoO".contains($0) }) {
                throw refusal(index, "shows '\(unknown)', which is no light")
            }
        }
        let isCrossing = links.map { $0.contains(where: \.isCrossing) }
        let intergreens = Intergreens(program, isCrossing: isCrossing)
        var phases: [Phase] = []
        for (index, step) in program.enumerated() where intergreens.isGreen(index) {
            let seconds = Int(step.seconds + 0.5)
            let change = intergreens.change(after: index)
            if let known = phases.firstIndex(where: { $0.state == step.state }) {
                phases[known].seconds += seconds
                phases[known].lengthen(change)
            } else {
                phases.append(
                    Phase(state: step.state, seconds: seconds, yellow: change?.yellow, allRed: change?.allRed)
                )
            }
        }
        guard phases.count >= 2 else {
            let few = phases.isEmpty ? "no green phase" : "one green phase"
            throw SUMOFailure(.unusable, "\(few) without yellow, so nothing to choose from")
        }
        let most = IntersectionView.maximumPhaseCount
        guard phases.count <= most else {
            throw SUMOFailure(.unusable, "\(phases.count) green phases; \(most) is the most")
        }
        try checkService(phases, links)
        var signal = SUMOSignal(name: name, phases: phases, links: links)
        signal.crossings = links.indices.filter { isCrossing[$0] }.map { link in
            Crossing(
                link: link,
                edge: SUMONetwork.edge(of: links[link][0].from),
                areas: links[link].map { SUMONetwork.edge(of: $0.to) },
                clearance: intergreens.clearance(ofLink: link),
                longestRed: intergreens.longestRed(ofLink: link)
            )
        }
        return signal
    }

    /// Refuses a light that would never let a connection go.
    private static func checkService(
        _ phases: [Phase],
        _ links: [[Connection]]
    ) throws(SUMOFailure) {
        for (index, connections) in links.enumerated() {
            let lights = phases.map { Array($0.state.utf8)[index] }
            // Who always has a blinking light gives way and goes.
            let isServed = lights.contains { "Ggs".utf8.contains($0) } || lights.allSatisfy { "oO".utf8.contains($0) }
            guard let connection = connections.first, !isServed else { continue }
            throw SUMOFailure(
                .unusable,
                "link \(index) from lane \(connection.from) has green in no phase without yellow"
            )
        }
    }

    private static func refusal(_ phase: Int, _ reason: String) -> SUMOFailure {
        SUMOFailure(.unusable, "phase \(phase) of its program \(reason)")
    }
}
