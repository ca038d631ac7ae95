internal import TabularLearning

/// A packet network and what its packets teach: turns ticks into queries and transitions.
struct LearningNetwork: Sendable {
    /// The network.
    var network: PacketNetwork
    private let rule: RoutingRule
    private let isNodeModel: Bool
    private let routerCount: Int
    private let diameter: Int
    /// The width of a row where queues are added to it, else 0.
    private let offsetCount: Int
    /// The ticks that a drop counts.
    private let dropCost: Float
    private let firstLane: Int
    /// Draws which decisions are echoed.
    private let echoes: CounterBasedRandom
    private let replica: UInt64
    /// The rows that this tick's transitions bootstrap from; a transition holds its index until the queries are complete.
    private var rows: [Row] = []
    /// Where this tick's transitions stand in the batch.
    private var taught = 0..<0
    private let waves: NewsWaves
    /// For each router the row that this tick's sweep reads.
    private var sweepRows: [Int32]

    /// What a router knows of a destination.
    private struct Row {
        let router: Int32
        let destination: Int32
        /// Slots that do not count, as a bit set.
        let barred: UInt64
    }

    /// Creates a network that starts empty.
    ///
    /// - Parameters:
    ///   - scenario: The rules.
    ///   - replica: Its number within the run.
    ///   - firstLane: The lane of its first router within the cohort.
    ///   - seed: The run's seed.
    init(_ scenario: RoutingScenario, replica: Int, firstLane: Int, seed: UInt64) {
        network = PacketNetwork(scenario, replica: UInt64(replica), seed: seed)
        rule = scenario.rule
        isNodeModel = scenario.model == .node
        let topology = network.topology
        routerCount = topology.routerCount
        diameter = topology.diameter
        offsetCount = scenario.rule.seesQueues ? topology.largestDegree : 0
        dropCost = Float(scenario.queueCapacity ?? 0)
        self.firstLane = firstLane
        self.replica = UInt64(replica)
        echoes = CounterBasedRandom(seed: seed, stream: .echo)
        waves = NewsWaves(topology, rounds: rule.waves, goesOn: rule.refreshes)
        sweepRows = Array(repeating: StepBatch.Transitions.terminal, count: topology.routerCount)
    }

    /// Sends all pending packets on and writes what that teaches.
    ///
    /// - Parameters:
    ///   - actions: The slots of the cohort's decisions.
    ///   - start: Where this network's begin.
    ///   - transitions: What was taught is appended.
    /// - Returns: Where the next network's begin.
    mutating func step(_ actions: [UInt8], from start: Int, _ transitions: inout StepBatch.Transitions) -> Int {
        let slots = actions[start..<(start + network.pending.count)]
        rows.removeAll(keepingCapacity: true)
        let first = transitions.count
        network.forward(slots)
        teach(slots, &transitions)
        if isSweeping { sweep(&transitions) }
        if rule.waves > 0 { spreadNews(&transitions) }
        if rule.asksFirst, rule.echo > 0 { askNeighbors(&transitions) }
        taught = first..<transitions.count
        return slots.endIndex
    }

    /// Asks for the rows by which the pending packets are sent on.
    mutating func askToDecide(_ queries: inout StepBatch.Queries) {
        for index in network.pending.indices {
            let entry = network.pending[index]
            ask(entry.router, entry.destination, but: rule.splitsHorizon ? entry.wayBack : 0, &queries)
        }
    }

    /// Asks for the rows that the transitions bootstrap from, and tells the transitions where they are.
    mutating func askToBootstrap(_ batch: inout StepBatch) {
        let base = Int32(truncatingIfNeeded: batch.queries.count)
        Self.shift(&batch.transitions.bootstraps, taught, by: base)
        for index in rows.indices {
            let row = rows[index]
            ask(Int(row.router), Int(row.destination), but: row.barred, &batch.queries)
        }
    }

    private static func shift(_ bootstraps: inout [Int32], _ range: Range<Int>, by base: Int32) {
        var bootstraps = bootstraps.mutableSpan
        for index in range where bootstraps[index] >= 0 { bootstraps[index] &+= base }
    }

    @inline(__always)
    private func ask(_ router: Int, _ destination: Int, but barred: UInt64, _ queries: inout StepBatch.Queries) {
        queries.states.append(UInt64(router &* routerCount &+ destination))
        queries.lanes.append(UInt32(truncatingIfNeeded: firstLane &+ router))
        let usable = network.usableSlots(of: router)
        queries.masks.append(usable & ~barred == 0 ? usable : usable & ~barred)
        guard offsetCount > 0 else { return }
        let degree = network.links.leaving(router).count
        for slot in 0..<degree {
            queries.offsets.append(-rule.queueWeight * Float(network.queueAhead(router, slot, to: destination)))
        }
        for _ in degree..<offsetCount { queries.offsets.append(0) }
    }

    /// Whether the routers ask their neighbours now: after the start, or after a change that has had time to get about.
    private var isSweeping: Bool {
        guard rule.sweeps > 0 else { return false }
        let duration = rule.sweeps * routerCount
        guard let change = network.lastTopologyChange else { return Int(network.tick) <= duration }
        let age = Int(network.tick) - Int(change) - diameter
        return age >= 0 && age < duration
    }
}

// What a tick teaches.
extension LearningNetwork {
    /// Writes what the packets sent last teach: the entries that were used, those that were not, and the ways back.
    private mutating func teach(_ slots: ArraySlice<UInt8>, _ transitions: inout StepBatch.Transitions) {
        // What was asked before the choice was drawn in the tick before; in the first tick nobody was.
        let wasAsked = rule.asksFirst && network.tick > 1
        var random = echoDraws(ofTick: rule.asksFirst ? network.tick - 1 : network.tick)
        var nextDrop = 0
        for position in network.sent.indices {
            let entry = network.sent[position]
            let slot = Int(slots[slots.startIndex + position])
            var cost: Float = 1
            if !rule.seesQueues {
                cost += isNodeModel ? Float(entry.wait) : Float(network.lastWaits[position])
            }
            let echoCost = cost
            let isDropped = nextDrop < network.lastDrops.count && network.lastDrops[nextDrop] == position
            if isDropped {
                cost += dropCost
                nextDrop += 1
            }
            let isEchoed = isEchoed(&random)
            // Who was asked has answered; that the packet would be dropped they could not know.
            if !(isEchoed && wasAsked) || isDropped { note(entry, slot, cost, &transitions) }
            if isEchoed, !rule.asksFirst { echo(entry, but: 1 << UInt64(slot), echoCost, &transitions) }
            if rule.isDual { noteWayBack(entry, slot, &transitions) }
        }
    }

    /// All neighbours of the routers that are about to choose say what lies behind them.
    private mutating func askNeighbors(_ transitions: inout StepBatch.Transitions) {
        var random = echoDraws(ofTick: network.tick)
        for index in network.pending.indices where isEchoed(&random) {
            let entry = network.pending[index]
            echo(entry, but: 0, rule.seesQueues ? 1 : Float(entry.wait + 1), &transitions)
        }
    }

    private func echoDraws(ofTick tick: UInt32) -> SplitMix64 { echoes.generator(lane: replica, step: UInt64(tick)) }

    private func isEchoed(_ random: inout SplitMix64) -> Bool {
        rule.echo > 0 && (rule.echo == 1 || random.nextUnit() < rule.echo)
    }

    private mutating func note(
        _ entry: PacketNetwork.Pending,
        _ slot: Int,
        _ cost: Float,
        _ transitions: inout StepBatch.Transitions
    ) {
        let link = network.links.offsets[entry.router] + slot
        guard let next = rowBehind(link, entry.destination) else { return }
        append(entry.router, entry.destination, slot, cost, next, &transitions)
    }

    /// The neighbours answer what lies behind them, but for those in a set of slots.
    private mutating func echo(
        _ entry: PacketNetwork.Pending,
        but others: UInt64,
        _ nodeCost: Float,
        _ transitions: inout StepBatch.Transitions
    ) {
        guard network.works(entry.router) else { return }
        var slots = network.usableSlots(of: entry.router) & ~others
        while slots != 0 {
            let slot = slots.trailingZeroBitCount
            slots &= slots - 1
            let cost = isNodeModel ? nodeCost : cost(entry.router, slot)
            note(entry, slot, cost, &transitions)
        }
    }

    /// The router that gets the packet learns of the way back to its source what the sender knows of it.
    private mutating func noteWayBack(
        _ entry: PacketNetwork.Pending,
        _ slot: Int,
        _ transitions: inout StepBatch.Transitions
    ) {
        let link = network.links.offsets[entry.router] + slot
        let neighbor = network.links.targets[link]
        guard neighbor != entry.source else { return }
        let back = network.links.reverses[link] - network.links.offsets[neighbor]
        guard let next = rowBehind(network.links.reverses[link], entry.source) else { return }
        let cost = cost(neighbor, back)
        append(neighbor, entry.source, back, cost, next, &transitions)
    }

    /// The routers that news reach now ask all their neighbours what lies behind them; what they hear counts twice.
    private mutating func spreadNews(_ transitions: inout StepBatch.Transitions) {
        let begin = network.lastTopologyChange.map { Int($0) + diameter } ?? 0
        let waves = waves
        waves.forEachReached(age: Int(network.tick) - begin) { router, destination in
            guard network.works(router), network.works(destination) else { return }
            var slots = network.usableSlots(of: router)
            while slots != 0 {
                let slot = slots.trailingZeroBitCount
                slots &= slots - 1
                guard let next = rowBehind(network.links.offsets[router] + slot, destination) else { continue }
                let cost = cost(router, slot)
                for _ in 0..<2 { append(router, destination, slot, cost, next, &transitions) }
            }
        }
    }

    /// All routers ask all their neighbours about one destination.
    private mutating func sweep(_ transitions: inout StepBatch.Transitions) {
        let destination = Int(network.tick) % routerCount
        guard network.works(destination) else { return }
        for router in 0..<routerCount { sweepRows[router] = row(router, destination) }
        for router in 0..<routerCount where router != destination && network.works(router) {
            var slots = network.usableSlots(of: router)
            while slots != 0 {
                let slot = slots.trailingZeroBitCount
                slots &= slots - 1
                let link = network.links.offsets[router] + slot
                let next = rule.splitsHorizon ? rowBehind(link, destination) : sweepRows[network.links.targets[link]]
                guard let next else { continue }
                let cost = cost(router, slot)
                append(router, destination, slot, cost, next, &transitions)
            }
        }
    }

    /// What it costs to use a link now, apart from what lies behind it: the tick it takes and, where queues are not looked at,
    /// the packets that wait for its server.
    private func cost(_ router: Int, _ slot: Int) -> Float {
        guard !rule.seesQueues else { return 1 }
        let server = isNodeModel ? router : network.links.offsets[router] + slot
        return Float(network.queueLengths[server] + 1)
    }

    /// Asks for what a router knows of a destination; `terminal` where it is the destination itself.
    private mutating func row(_ router: Int, _ destination: Int, but barred: UInt64 = 0) -> Int32 {
        guard router != destination else { return StepBatch.Transitions.terminal }
        rows.append(
            Row(
                router: Int32(truncatingIfNeeded: router),
                destination: Int32(truncatingIfNeeded: destination),
                barred: barred
            )
        )
        return Int32(truncatingIfNeeded: rows.count - 1)
    }

    /// Asks the router at the end of a link what it knows of a destination, with split horizon but for the way back;
    /// `nil` where there is no other.
    private mutating func rowBehind(_ link: Int, _ destination: Int) -> Int32? {
        let neighbor = network.links.targets[link]
        guard rule.splitsHorizon, neighbor != destination else { return row(neighbor, destination) }
        let back: UInt64 = 1 << UInt64(network.links.reverses[link] - network.links.offsets[neighbor])
        guard network.usableSlots(of: neighbor) & ~back != 0 else { return nil }
        return row(neighbor, destination, but: back)
    }

    private func append(
        _ router: Int,
        _ destination: Int,
        _ slot: Int,
        _ cost: Float,
        _ bootstrap: Int32,
        _ transitions: inout StepBatch.Transitions
    ) {
        transitions.lanes.append(UInt32(truncatingIfNeeded: router))
        transitions.states.append(UInt64(router &* routerCount &+ destination))
        transitions.actions.append(UInt8(truncatingIfNeeded: slot))
        transitions.rewards.append(-cost)
        transitions.bootstraps.append(bootstrap)
    }
}

extension CounterBasedRandom.Stream {
    /// Which decisions of routers are echoed.
    static let echo = Self(rawValue: 20)
}
