/// The lanes of a light's phases and links, as indices of the network's lanes.
package struct SignalLanes: Sendable, Hashable {
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
    /// All lanes that lead away from the light, ascending.
    let exits: [Int]
    /// By lane of the network: the number of vehicles with which it is almost full.
    let rooms: [Int32]
    /// Lanes that end at other lights and lead here, ascending.
    let neighbors: [Int]
    /// By lane of the network that ends at a stop line: whether nobody could be seen to wait there.
    let isBlind: [Bool]
    /// By link: seconds by which its maximum red is shorter than the light's.
    let haste: [Int32]
    /// By link: the lanes inside the junction that its vehicles take, as indices of `SUMONetwork.insideLanes`.
    let linkInsides: [[Int]]

    /// Looks up a light's lanes.
    ///
    /// - Parameters:
    ///   - signal: The light.
    ///   - indices: By name, the lanes outside the junctions.
    ///   - insides: By name, the lanes inside them that are looked at.
    ///   - isBlind: By lane that ends at a stop line, whether nobody could be seen to wait there; empty for none.
    ///   - haste: By link, seconds by which its maximum red is shorter than the light's; empty for none.
    ///   - neighbors: Lanes that end at other lights and lead here.
    ///   - rooms: By lane of the network, the number of vehicles with which it is almost full; empty for never.
    package init(
        _ signal: SUMOSignal,
        indices: [String: Int],
        insides: [String: Int],
        isBlind: [Bool] = [],
        haste: [Int32] = [],
        neighbors: [Int] = [],
        rooms: [Int32] = []
    ) {
        self.neighbors = neighbors
        self.rooms = rooms.isEmpty ? Array(repeating: .max, count: indices.count) : rooms
        self.haste = haste.isEmpty ? Array(repeating: 0, count: signal.links.count) : haste
        self.isBlind = isBlind.isEmpty ? Array(repeating: false, count: indices.count) : isBlind
        linkInsides = signal.links.map { connections in
            Array(Set(connections.flatMap(\.inside).compactMap { insides[$0] })).sorted()
        }
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
            let lights = signal.phases.map { Array($0.state.utf8)[link] }
            return !signal.links[link].isEmpty && !lights.contains(UInt8(ascii: "s"))
                && !lights.allSatisfy { "oO".utf8.contains($0) }
        }
        approaches = Array(Set(linkLanes.joined())).sorted()
        exits = Array(Set(signal.links.joined().compactMap { indices[$0.to] })).sorted()
    }
}

extension SignalLanes {
    /// Finds the phases that keep green for those who stand inside the junction, or for as many ways as possible.
    ///
    /// A junction locks up when crossing traffic gets green while left turns from both sides, and who is stuck behind
    /// them, still stand in its middle: each waits for another to move. Who is inside gets out in time when nobody new
    /// comes across. A single turn is left to the yellow: holding green for each costs more than it saves. Where ways
    /// of several phases are blocked already, the phase that has green for most of them lets the fewest in behind them.
    ///
    /// - Parameter isBlocked: By lane inside the junctions: whether its vehicles stand.
    /// - Returns: Bit p for phase p; 0 unless two links are blocked inside and phases differ in how many they serve.
    package func clearingPhases(standing isBlocked: [Bool]) -> UInt64 {
        // Who may go after a stop needs no green.
        let standing = linkInsides.indices.filter { link in
            isGuarded[link] && linkInsides[link].contains { isBlocked[$0] }
        }
        guard standing.count >= 2 else { return 0 }
        let served = linkGreens.map { greens in standing.count { greens[$0] } }
        let most = served.max() ?? 0
        guard served.contains(where: { $0 < most }) else { return 0 }
        return served.indices.reduce(0) { served[$1] == most ? $0 | 1 << UInt64($1) : $0 }
    }
    /// Says whether somebody stands inside the junction on a way that a phase has no green for.
    ///
    /// - Parameters:
    ///   - phase: The phase that is about to be green.
    ///   - isBlocked: By lane inside the junctions: whether its vehicles stand.
    /// - Returns: Whether who gets green would drive into them.
    package func isCrossed(in phase: Int, standing isBlocked: [Bool]) -> Bool {
        linkInsides.indices.contains { link in
            isGuarded[link] && !linkGreens[phase][link] && linkInsides[link].contains { isBlocked[$0] }
        }
    }
}
