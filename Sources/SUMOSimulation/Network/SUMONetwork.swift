/// What SUMO tells of a network: the lights to be controlled and the lanes that matter to them.
public struct SUMONetwork: Sendable, Hashable, Codable {
    /// A light that nobody controls.
    public struct LeftAlone: Sendable, Hashable, Codable {
        /// Its id.
        public var name: String
        /// Why it follows its own program.
        public var reason: String
    }

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
    /// The second at which it would end by itself, if the files say so; not kept with a policy.
    public var end: Double?
    /// Which SUMO has told it: `SUMO 1.15.0`.
    public var version: String
    /// The lights that follow their own programs, and why; `nil` where there are none.
    public var leftAlone: [LeftAlone]?

    private enum CodingKeys: String, CodingKey { case signals, lanes, approachCount, begin, version, leftAlone }

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
            let selected = try? SUMOSignal.select(name: signal.name, program: program, links: signal.links)
            let isKnown = signal.links.joined().allSatisfy { known.contains($0.from) && known.contains($0.to) }
            guard selected == signal, isKnown else {
                throw SUMOFailure(.badInput, "light \(signal.name) does not fit its network")
            }
        }
    }

    /// The lanes inside the junctions, each once.
    var insideLanes: [String] {
        var known: Set<String> = []
        return signals.flatMap { $0.links.joined().flatMap(\.inside) }.filter { known.insert($0).inserted }
    }

    /// The lane at each index, by name.
    var laneIndices: [String: Int] {
        Dictionary(zip(lanes.map(\.name), lanes.indices), uniquingKeysWith: { first, _ in first })
    }
}
