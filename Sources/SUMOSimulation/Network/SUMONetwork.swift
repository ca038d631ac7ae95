/// What SUMO tells of a network: the lights to be controlled and the lanes that matter to them.
public struct SUMONetwork: Sendable, Hashable, Codable {
    /// A lane.
    public struct Lane: Sendable, Hashable, Codable {
        /// Its id in the network.
        public var name: String
        /// Metres.
        public var length: Double
    }

    /// The lights that can be controlled, in SUMO's order.
    public var signals: [SUMOSignal]
    /// The lanes that end at a controlled stop line, then those that only lead away from one.
    public var lanes: [Lane]
    /// The number of lanes that end at a controlled stop line.
    public var approachCount: Int
    /// The second at which the simulation begins.
    public var begin: Double
    /// Which SUMO has told it: `SUMO 1.15.0`.
    public var version: String

    /// The largest number of phases of a light.
    public var phaseCount: Int { signals.map(\.phases.count).max() ?? 0 }

    /// Checks what was not read from SUMO but from a file.
    ///
    /// - Throws: `SUMOFailure` with the first thing that does not fit.
    public func check() throws(SUMOFailure) {
        guard !signals.isEmpty else { throw SUMOFailure(.badInput, "a network without lights to be controlled") }
        guard approachCount >= 1, approachCount <= lanes.count, begin.isFinite,
            lanes.allSatisfy({ $0.length.isFinite && $0.length > 0 }),
            signals.allSatisfy({ $0.phases.allSatisfy { (0...1_000_000).contains($0.seconds) } })
        else { throw SUMOFailure(.badInput, "lanes that do not fit a network") }
        let known = Set(lanes.map(\.name))
        for signal in signals {
            let program = signal.phases.map { SUMOSignal.ProgramPhase(seconds: Double($0.seconds), state: $0.state) }
            let selected = try SUMOSignal.select(name: signal.name, program: program, links: signal.links)
            let isKnown = signal.links.joined().allSatisfy { known.contains($0.from) && known.contains($0.to) }
            guard selected == signal, isKnown else {
                throw SUMOFailure(.badInput, "light \(signal.name) does not fit its network")
            }
        }
    }

    /// The lane at each index, by name.
    var laneIndices: [String: Int] {
        Dictionary(zip(lanes.map(\.name), lanes.indices), uniquingKeysWith: { first, _ in first })
    }
}

/// The lanes of a light's phases and links, as indices of the network's lanes.
struct SignalLanes: Sendable, Hashable {
    /// By phase: the lanes that have green, each once, ascending.
    let phaseLanes: [[Int]]
    /// By phase and lane of it: where that lane leads to in this phase, each once, ascending.
    let receivers: [[[Int]]]
    /// By link: its lanes.
    let linkLanes: [[Int]]
    /// By phase: whether each link has green; a light that goes after a stop counts as never red.
    let linkGreens: [[Bool]]
    /// By link: whether it can be red.
    let isGuarded: [Bool]
    /// All lanes that end at the light, ascending.
    let approaches: [Int]

    init(_ signal: SUMOSignal, indices: [String: Int]) {
        let linkLanes = signal.links.map { connections in
            Array(Set(connections.compactMap { indices[$0.from] })).sorted()
        }
        let greens = signal.phases.map(\.greens)
        var phaseLanes: [[Int]] = []
        var receivers: [[[Int]]] = []
        for green in greens {
            let open = signal.links.indices.filter { green[$0] }.flatMap { signal.links[$0] }
            let lanes = Array(Set(open.compactMap { indices[$0.from] })).sorted()
            phaseLanes.append(lanes)
            receivers.append(
                lanes.map { lane in
                    Array(Set(open.filter { indices[$0.from] == lane }.compactMap { indices[$0.to] })).sorted()
                }
            )
        }
        self.linkLanes = linkLanes
        self.phaseLanes = phaseLanes
        self.receivers = receivers
        linkGreens = greens
        isGuarded = signal.links.indices.map { link in
            !signal.links[link].isEmpty
                && !signal.phases.contains { Array($0.state.utf8)[link] == UInt8(ascii: "s") }
        }
        approaches = Array(Set(linkLanes.joined())).sorted()
    }
}
