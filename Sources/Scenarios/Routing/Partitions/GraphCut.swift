/// Cuts a network into parts of about the same work that little traffic crosses.
///
/// Parts are grown one after the other: from the router that is farthest from all earlier parts, by the router whose links
/// into the part carry most, until the part has its share. Then passes over all routers follow, in each of which every
/// router changes its part once, the one that lowers the traffic across borders most (or raises it least) first, and what
/// comes after the lowest traffic is taken back; no part becomes heavier than a tenth above its share (Fiduccia and
/// Mattheyses, *A Linear-Time Heuristic for Improving Network Partitions*, DAC 1982, for any number of parts). The best of several
/// beginnings at the network's edge is kept.
struct GraphCut {
    /// The part of each router.
    private(set) var parts: [Int]
    private let links: DirectedLinks
    /// For each directed link what it carries in both directions.
    private let traffic: [Double]
    private let weights: [Double]
    private let partCount: Int
    private var work: [Double]

    /// Cuts a network.
    ///
    /// - Parameters:
    ///   - topology: The network.
    ///   - flows: What it carries.
    ///   - partCount: At least 1, at most the routers.
    init(_ topology: NetworkTopology, _ flows: ShortestPathFlows, into partCount: Int) {
        let routers = 0..<topology.routerCount
        let remoteness = routers.map { router in routers.map { topology.distance(router, $0) }.max() ?? 0 }
        let starts = routers.sorted { (remoteness[$1], $0) < (remoteness[$0], $1) }.prefix(Self.attempts)
        let cuts = starts.map { GraphCut(topology, flows, into: partCount, from: $0) }
        self = cuts.dropFirst().reduce(cuts[0]) { $1.crossing < $0.crossing ? $1 : $0 }
    }

    private static let attempts = 12

    /// Cuts once, beginning at one router.
    private init(_ topology: NetworkTopology, _ flows: ShortestPathFlows, into partCount: Int, from start: Int) {
        links = flows.links
        self.partCount = partCount
        let carried = links.targets.indices.map { flows.first[$0] + flows.later[$0] }
        traffic = links.targets.indices.map { carried[$0] + carried[flows.links.reverses[$0]] }
        // A router that sends nothing still has rows.
        let loads = flows.routerLoads
        let least = 1e-3 * loads.reduce(0, +) / Double(loads.count)
        weights = loads.map { $0 + least }
        parts = Array(repeating: partCount, count: topology.routerCount)
        work = Array(repeating: 0, count: partCount)
        for part in 0..<partCount { grow(part, topology, from: start) }
        for router in parts.indices where parts[router] == partCount { adopt(router) }
        for _ in 0..<50 where !improve() { break }
    }

    /// What the links between parts carry, each counted from both ends.
    private var crossing: Double {
        parts.indices.reduce(0) { sum, router in
            links.leaving(router).reduce(sum) { $0 + (parts[links.targets[$1]] == parts[router] ? 0 : traffic[$1]) }
        }
    }

    private mutating func grow(_ part: Int, _ topology: NetworkTopology, from start: Int) {
        let rest = parts.indices.filter { parts[$0] == partCount }
        let taken = parts.indices.filter { parts[$0] < partCount }
        func remoteness(_ router: Int) -> Int {
            taken.map { topology.distance(router, $0) }.min() ?? (router == start ? 1 : 0)
        }
        let far = rest.map { (router: $0, distance: remoteness($0)) }
        guard var next = far.max(by: { ($0.distance, $1.router) < ($1.distance, $0.router) })?.router else { return }
        let share = rest.reduce(0) { $0 + weights[$1] } / Double(partCount - part)
        var pull = Array(repeating: 0.0, count: parts.count)
        while true {
            parts[next] = part
            work[part] += weights[next]
            for link in links.leaving(next) { pull[links.targets[link]] += traffic[link] }
            let free = parts.indices.filter { parts[$0] == partCount }
            guard free.count >= partCount - part, work[part] < share,
                let best = free.max(by: { (pull[$0], $1) < (pull[$1], $0) }), pull[best] > 0,
                work[part] + weights[best] / 2 <= share
            else { return }
            next = best
        }
    }

    /// Gives a router that was left over to the lightest part beside it.
    private mutating func adopt(_ router: Int) {
        let beside = links.leaving(router).map { parts[links.targets[$0]] }.filter { $0 < partCount }
        let part = (beside.isEmpty ? Array(0..<partCount) : beside).min { (work[$0], $0) < (work[$1], $1) } ?? 0
        parts[router] = part
        work[part] += weights[router]
    }

    private struct Move {
        var router: Int
        var part: Int
        /// By how much the traffic across borders falls.
        var gain: Double
    }

    /// Moves every router once and keeps the best prefix of the moves; `false` when that is none of them.
    private mutating func improve() -> Bool {
        let limit = 1.1 * work.reduce(0, +) / Double(partCount)
        var isFree = Array(repeating: true, count: parts.count)
        var origins: [(router: Int, part: Int)] = []
        var (gain, best) = (0.0, (gain: 1e-9, count: 0))
        while let move = bestMove(isFree, limit: limit) {
            isFree[move.router] = false
            origins.append((move.router, parts[move.router]))
            apply(move.router, to: move.part)
            gain += move.gain
            if gain > best.gain { best = (gain, origins.count) }
        }
        for origin in origins[best.count...].reversed() { apply(origin.router, to: origin.part) }
        return best.count > 0
    }

    private mutating func apply(_ router: Int, to part: Int) {
        work[parts[router]] -= weights[router]
        work[part] += weights[router]
        parts[router] = part
    }

    /// The move with the greatest gain of a router that may still move, into a part beside it that has room.
    private func bestMove(_ isFree: [Bool], limit: Double) -> Move? {
        var best: Move?
        var pull = Array(repeating: 0.0, count: partCount)
        for router in parts.indices where isFree[router] {
            let own = parts[router]
            // No part is left empty: each keeps at least half of what it may hold.
            guard work[own] - weights[router] > limit / 2 else { continue }
            for part in 0..<partCount { pull[part] = 0 }
            for link in links.leaving(router) { pull[parts[links.targets[link]]] += traffic[link] }
            for part in 0..<partCount where part != own && pull[part] > 0 && work[part] + weights[router] <= limit {
                let gain = pull[part] - pull[own]
                if gain > best?.gain ?? -.infinity { best = Move(router: router, part: part, gain: gain) }
            }
        }
        return best
    }
}
