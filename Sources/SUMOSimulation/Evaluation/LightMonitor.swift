internal import Scenarios

/// An observer that times SUMO's lights from outside and counts what the safety envelope forbids.
///
/// It knows only what the lights show each second and where vehicles are, not what was asked for.
struct LightMonitor: Sendable {
    /// What has been seen that must not be.
    private(set) var violations = EnvelopeMonitor.Violations()

    private let envelope: SafetyEnvelope
    private let lanes: [SignalLanes]
    /// By light: everything that it may show.
    private let known: [Set<String>]
    /// By light and link: what it shows, and for how many seconds.
    private var shown: [[UInt8]]
    private var ages: [[Int]]
    /// By light and link: seconds of red with vehicles before it.
    private var redWaits: [[Int]]
    /// By light: seconds since its set of greens changed, and since a link last lost green.
    private var greenAges: [Int]
    private var changeAges: [Int]

    init(envelope: SafetyEnvelope, lanes: [SignalLanes], programs: [SignalProgram]) {
        self.envelope = envelope
        self.lanes = lanes
        known = programs.map { Set($0.phases.map(\.state)) }
        shown = programs.map { Array(($0.phases.first?.state ?? "").utf8) }
        // The first greens count as old enough.
        ages = shown.map { Array(repeating: envelope.timing.minimumGreen, count: $0.count) }
        redWaits = shown.map { Array(repeating: 0, count: $0.count) }
        greenAges = shown.map { _ in envelope.timing.minimumGreen }
        changeAges = shown.map { _ in envelope.timing.changeTime }
    }

    /// Looks at the lights; to be called once after each simulated second.
    mutating func observe(_ sight: SUMOSight) {
        for light in known.indices where light < sight.lights.count {
            let text = sight.lights[light]
            if !known[light].contains(text) { violations.conflicts += 1 }
            let state = Array(text.utf8)
            guard state.count == shown[light].count else { continue }
            observe(light, state, sight)
        }
    }

    private mutating func observe(_ light: Int, _ state: [UInt8], _ sight: SUMOSight) {
        let timing = envelope.timing
        let hasLost = state.indices.contains { Self.isGreen(shown[light][$0]) && !Self.isGreen(state[$0]) }
        let hasGained = state.indices.contains { !Self.isGreen(shown[light][$0]) && Self.isGreen(state[$0]) }
        changeAges[light] = hasLost ? 1 : changeAges[light] + 1
        if hasGained, changeAges[light] <= timing.changeTime { violations.shortChanges += 1 }
        greenAges[light] = hasLost || hasGained ? 1 : greenAges[light] + 1
        var longestWait = 0
        for link in state.indices {
            let before = shown[light][link]
            if state[link] == before {
                ages[light][link] += 1
            } else {
                if Self.isGreen(before), !Self.isGreen(state[link]), ages[light][link] < timing.minimumGreen {
                    violations.shortGreens += 1
                }
                let isShortYellow = before == UInt8(ascii: "y") && ages[light][link] != timing.yellow
                let isMissing = Self.isGreen(before) && state[link] == UInt8(ascii: "r") && timing.yellow > 0
                if isShortYellow || isMissing { violations.shortChanges += 1 }
                let isSameGreen = Self.isGreen(before) && Self.isGreen(state[link])
                ages[light][link] = isSameGreen ? ages[light][link] + 1 : 1
            }
            longestWait = max(longestWait, wait(light, link, state, sight))
        }
        // A change to a phase that has the same greens and more takes nothing away while it lasts.
        let longest = timing.maximumGreen + timing.changeTime
        if longestWait > envelope.interval, greenAges[light] == longest + 1 { violations.longGreens += 1 }
        shown[light] = state
    }

    /// Takes down how long vehicles have stood before a red link.
    private mutating func wait(_ light: Int, _ link: Int, _ state: [UInt8], _ sight: SUMOSight) -> Int {
        guard link < lanes[light].linkLanes.count, lanes[light].isGuarded[link] else { return 0 }
        let waits = !Self.isGreen(state[link]) && lanes[light].linkLanes[link].contains { sight.demand($0) > 0 }
        redWaits[light][link] = waits ? redWaits[light][link] + 1 : 0
        if redWaits[light][link] == envelope.timing.maximumRed + 1 { violations.longReds += 1 }
        return redWaits[light][link]
    }

    private static func isGreen(_ light: UInt8) -> Bool { light == UInt8(ascii: "G") || light == UInt8(ascii: "g") }
}

/// Counts the times that a light let nobody through for too long with vehicles standing before it.
struct GridlockMonitor: Sendable {
    private(set) var count = 0
    /// By light: seconds of standing without a crossing.
    private var stands: [Int]

    init(lightCount: Int) { stands = Array(repeating: 0, count: lightCount) }

    /// Looks at all lights; to be called once after each simulated second.
    mutating func observe(_ sight: SUMOSight, _ lanes: [SignalLanes]) {
        for light in lanes.indices {
            let approaches = lanes[light].approaches
            let stands = !approaches.contains { sight.crossings[$0] } && approaches.contains { sight.halting[$0] > 0 }
            self.stands[light] = stands ? self.stands[light] + 1 : 0
            if self.stands[light] == TrafficSimulation.gridlockTime { count += 1 }
        }
    }
}
