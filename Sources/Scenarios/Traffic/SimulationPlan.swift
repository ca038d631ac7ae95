internal import TabularLearning

/// What all replicas of a simulation share and nothing changes: the network, the times, the demand, as flat records.
///
/// A class, so that a replica holds one reference and not the tables' many. A record has what one event reads, so that
/// an event reads one cache line of it.
final class SimulationPlan: Sendable {
    /// The network as it was given.
    let network: RoadNetwork
    let timing: SignalTiming
    let arrivals: ArrivalSampler
    /// How many seconds before the stop line vehicles are counted by movement as they pass, so that whoever looks so far
    /// ahead need not look for them; 0 where nobody does, or where some road is shorter.
    let detectorSeconds: Int
    /// Where a saved state has what.
    let layout: SimulationLayout

    let roads: [Road]
    let movements: [Movement]
    let junctions: [Junction]
    let phases: [Phase]
    /// By phase of the whole network, the movements that have green, each phase's in its order.
    let phaseMovements: [Int32]
    let entries: [Int32]
    /// By movement: a mask over the intersection's phases, −1 in those that serve it.
    let phaseMask: [SIMD8<Int32>]
    /// By intersection: 0 for each of its phases, −1 for those it has not.
    let noDemand: [SIMD8<Int32>]
    /// By slot (64 times its word plus its bit): the road whose arrivals the bit announces.
    let roadOfSlot: [Int32]
    /// The words of bits in which a second's arrivals are announced.
    let wordCount: Int
    /// Vehicles on the way are kept by arrival time modulo this.
    let wheelSize: Int

    /// A road, and the bit that announces who reaches its stop line.
    struct Road: Sendable {
        let bit: UInt64
        let word: Int32
        let destination: Int32
        let travelTime: Int32
        let storage: Int32
        let firstMovement: Int32
        let lastMovement: Int32
        /// Whether it has more than three.
        let hasMoreWays: Bool
        /// Of its first two movements; a vehicle whose random number is not below takes a later one, if there is any.
        let turnThresholds: (UInt64, UInt64)
    }

    /// A movement, and its bit among those of its intersection.
    struct Movement: Sendable {
        let turnThreshold: UInt64
        let bit: UInt64
        let road: Int32
        /// −1 out of the network.
        let nextRoad: Int32
        let junction: Int32
        let saturationFlow: Int32
        /// The phases that serve it, bit p for phase p of its intersection.
        let phases: UInt64
        /// The credit that is kept when nobody uses it.
        let spareCredit: Int32
    }

    /// An intersection, and where its roads' arrivals are announced: in one word.
    struct Junction: Sendable {
        let arrivalBits: UInt64
        let arrivalWord: Int
        let movements: Range<Int>
        let firstPhase: Int
        let phaseCount: Int
    }

    /// A phase: its movements as bits, and as a part of `phaseMovements`.
    struct Phase: Sendable {
        let bits: UInt64
        let movements: Range<Int>
        /// Whether its movements are in the order of their bits.
        let isAscending: Bool
    }

    /// The credit that lets one vehicle go, in the unit that a flow of one vehicle per hour earns in a second.
    static let vehicleCredit: Int32 = 3600

    init(network: RoadNetwork, demand: TrafficDemand, timing: SignalTiming, detectorSeconds: Int = 0) {
        let tables = network.tables
        self.network = network
        self.timing = timing
        self.detectorSeconds = tables.travelTime.allSatisfy { $0 >= detectorSeconds } ? detectorSeconds : 0
        arrivals = ArrivalSampler(demand, entryAxes: tables.entryAxes)
        layout = SimulationLayout(tables)
        wheelSize = layout.wheelSize
        entries = tables.entryRoads
        (phaseMask, noDemand) = (tables.phaseMask, tables.noDemand)
        phaseMovements = tables.phaseMovements
        let slots = Self.slots(tables)
        wordCount = (slots.last ?? 0) / 64 + 1
        var roadOfSlot = Array(repeating: Int32(0), count: 64 * wordCount)
        for (road, slot) in slots.enumerated() { roadOfSlot[slot] = Int32(road) }
        self.roadOfSlot = roadOfSlot
        roads = slots.indices.map { Self.road($0, slot: slots[$0], tables) }
        let movements = (0..<tables.movementCount).map { Self.movement($0, tables) }
        self.movements = movements
        phases = (0..<(tables.firstPhaseMovement.count - 1)).map { phase in
            let range = Int(tables.firstPhaseMovement[phase])..<Int(tables.firstPhaseMovement[phase + 1])
            let members = tables.phaseMovements[range]
            return Phase(
                bits: members.reduce(0) { $0 | movements[Int($1)].bit },
                movements: range,
                isAscending: zip(members, members.dropFirst()).allSatisfy(<)
            )
        }
        junctions = (0..<tables.intersectionCount).map { Self.junction($0, slots: slots, tables) }
    }

    /// A slot for each road; those of one intersection share a word.
    private static func slots(_ tables: NetworkTables) -> [Int] {
        var slots: [Int] = []
        var next = 0
        var first = 0
        while first < tables.roadCount {
            // Roads are in the order of their destinations, and at most 64 end at one.
            var end = first
            while end < tables.roadCount, tables.destination[end] == tables.destination[first] { end += 1 }
            if next % 64 + (end - first) > 64 { next = (next / 64 + 1) * 64 }
            for _ in first..<end {
                slots.append(next)
                next += 1
            }
            first = end
        }
        return slots
    }

    private static func road(_ road: Int, slot: Int, _ tables: NetworkTables) -> Road {
        let (first, last) = (tables.firstMovementOfRoad[road], tables.lastMovementOfRoad[road])
        return Road(
            bit: 1 << UInt64(slot % 64),
            word: Int32(slot / 64),
            destination: tables.destination[road],
            travelTime: tables.travelTime[road],
            storage: tables.storage[road],
            firstMovement: first,
            lastMovement: last,
            hasMoreWays: last - first > 2,
            turnThresholds: (tables.turnThreshold[Int(first)], tables.turnThreshold[Int(min(first + 1, last))])
        )
    }

    private static func movement(_ movement: Int, _ tables: NetworkTables) -> Movement {
        let road = tables.roadOfMovement[movement]
        let junction = tables.destination[Int(road)]
        let flow = tables.saturationFlow[movement]
        return Movement(
            turnThreshold: tables.turnThreshold[movement],
            bit: 1 << UInt64(movement - Int(tables.firstMovement[Int(junction)])),
            road: road,
            nextRoad: tables.nextRoad[movement],
            junction: junction,
            saturationFlow: flow,
            phases: (0..<RoadNetwork.maximumPhaseCount).reduce(0) {
                tables.phaseMask[movement][$1] == 0 ? $0 : $0 | 1 << UInt64($1)
            },
            spareCredit: max(0, vehicleCredit - flow)
        )
    }

    private static func junction(_ junction: Int, slots: [Int], _ tables: NetworkTables) -> Junction {
        let own = slots.indices.filter { Int(tables.destination[$0]) == junction }
        return Junction(
            arrivalBits: own.reduce(0) { $0 | 1 << UInt64(slots[$1] % 64) },
            arrivalWord: slots[own.first ?? 0] / 64,
            movements: Int(tables.firstMovement[junction])..<Int(tables.firstMovement[junction + 1]),
            firstPhase: Int(tables.firstPhase[junction]),
            phaseCount: Int(tables.firstPhase[junction + 1] - tables.firstPhase[junction])
        )
    }
}
