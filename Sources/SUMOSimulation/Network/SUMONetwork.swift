public import TabularLearning

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
    /// The lanes upstream of those that are shorter than the detectors reach.
    @AddedSetting<AbsentList<Stretch>> public var upstream: [Stretch] = []
    /// The roads from which an approach is seen: who waits to enter on one of them counts.
    @AddedSetting<AbsentList<String>> public var entries: [String] = []

    /// The lights that follow their own programs, and why; `nil` where there are none.
    public var leftAlone: [LeftAlone]?

    private enum CodingKeys: String, CodingKey {
        case signals, lanes, approachCount, begin, version, leftAlone, upstream, entries
    }

    /// Puts together what SUMO has told.
    init(
        signals: [SUMOSignal],
        lanes: [Lane],
        approachCount: Int,
        begin: Double,
        end: Double?,
        version: String,
        leftAlone: [LeftAlone]?,
        upstream: [Stretch]
    ) {
        self.signals = signals
        self.lanes = lanes
        self.approachCount = approachCount
        self.begin = begin
        self.end = end
        self.version = version
        self.leftAlone = leftAlone
        self.upstream = upstream
        entries = Self.distinct(
            (lanes.prefix(approachCount).map(\.name) + upstream.map(\.lane)).filter { !$0.hasPrefix(":") }
                .map { Self.edge(of: $0) },
            except: []
        )
    }

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
        guard
            upstream.allSatisfy({ stretch in
                stretch.length.isFinite && stretch.length > 0 && (0...stretch.length).contains(stretch.start)
                    && stretch.parts.allSatisfy {
                        (0..<approachCount).contains($0.approach) && $0.share > 0 && $0.share <= 1
                    }
            })
        else { throw SUMOFailure(.badInput, "stretches upstream of lanes that do not fit a network") }
        let known = Set(lanes.map(\.name))
        for signal in signals {
            // A change between all of them, as in the program from which they come.
            let program = signal.phases.flatMap { phase in
                [
                    SUMOSignal.ProgramPhase(seconds: Double(phase.seconds), state: phase.state),
                    .init(seconds: 0, state: String(repeating: "y", count: phase.state.utf8.count)),
                ]
            }
            let selected = try? SUMOSignal.select(name: signal.name, program: program, links: signal.links)
            let isKnown = signal.links.joined().allSatisfy { known.contains($0.from) && known.contains($0.to) }
            guard let selected, selected.phases.map(\.state) == signal.phases.map(\.state),
                selected.links == signal.links, isKnown, signal.hasSensibleTimes
            else {
                throw SUMOFailure(.badInput, "light \(signal.name) does not fit its network")
            }
        }
    }

    /// Puts given times in the place of those that the lights' own programs show; pedestrians keep theirs.
    public mutating func replaceIntergreens(yellow: Int?, allRed: Int?) {
        for signal in signals.indices {
            for phase in signals[signal].phases.indices {
                if let yellow { signals[signal].phases[phase].yellow = yellow }
                if let allRed { signals[signal].phases[phase].allRed = allRed }
            }
        }
    }

    /// The lanes inside the junctions, each once.
    package var insideLanes: [String] {
        var known: Set<String> = []
        return signals.flatMap { $0.links.joined().flatMap(\.inside) }.filter { known.insert($0).inserted }
    }

    /// By approach: whether so little of the road before it is seen that nobody could be seen to wait there.
    var isBlind: [Bool] {
        // A network that was saved before has no entries, and is looked at as it was.
        guard !entries.isEmpty else { return Array(repeating: false, count: lanes.count) }
        return (0..<approachCount).map { approach in
            guard !SUMOSignal.Connection.isCrossing(lanes[approach].name) else { return false }
            return lengthInSight(of: approach) < Self.vehicleSpacing
        }
    }

    /// By approach: how many vehicles are on what is seen of it when nobody else can enter; none where nobody could be seen.
    ///
    /// Those that move keep about as much room before them as they take up.
    var roomsInSight: [Int32] {
        zip(0..<approachCount, isBlind).map { approach, isBlind in
            isBlind ? 0 : Int32(clamping: Int(min(1e6, lengthInSight(of: approach) / (2 * Self.vehicleSpacing))))
        }
    }

    /// Metres of a lane and of the roads before it that are seen from its stop line.
    private func lengthInSight(of approach: Int) -> Double {
        upstream.reduce(lanes[approach].length) { sum, stretch in
            stretch.parts.contains { $0.approach == approach } ? sum + stretch.length : sum
        }
    }

    /// By entry: for which approaches who waits there counts, and with which share; the lanes of a road share alike.
    var entryParts: [[Stretch.Part]] {
        entries.map { entry in
            let own = (0..<approachCount).filter { Self.edge(of: lanes[$0].name) == entry }
            let above = upstream.filter { !$0.isInside && Self.edge(of: $0.lane) == entry }
            let count = Double(max(1, own.count + above.count))
            return own.map { Stretch.Part(approach: $0, share: 1 / count) }
                + above.flatMap(\.parts).map { Stretch.Part(approach: $0.approach, share: $0.share / count) }
        }
    }

    /// The road of a lane: a lane's id is that of its road and a number.
    static func edge(of lane: String) -> String {
        guard let separator = lane.lastIndex(of: "_") else { return lane }
        return String(lane[..<separator])
    }

    /// The lane at each index, by name.
    package var laneIndices: [String: Int] {
        Dictionary(zip(lanes.map(\.name), lanes.indices), uniquingKeysWith: { first, _ in first })
    }
}

extension SUMONetwork {
    /// The number of vehicles with which a lane is almost full: no more than a tenth of it is left.
    func room(ofLane lane: Int) -> Int32 {
        Int32(clamping: Int((0.9 * lanes[lane].length / Self.vehicleSpacing).rounded(.up)))
    }

    /// The lanes of other lights from which vehicles come straight onto the roads that are seen from a light, ascending.
    func neighborLanes(of light: Int) -> [Int] {
        let indices = laneIndices
        let approaches = Set(signals[light].links.joined().map(\.from))
        let behind = upstream.filter { stretch in
            !stretch.isInside && stretch.parts.contains { approaches.contains(lanes[$0.approach].name) }
        }
        let edges = Set((approaches + behind.map(\.lane)).map { Self.edge(of: $0) })
        let others = signals.indices.filter { $0 != light }.flatMap { signals[$0].links.joined() }
        let feeding = others.filter { edges.contains(Self.edge(of: $0.to)) }
        return Set(feeding.compactMap { indices[$0.from] }).sorted()
    }
}
