internal import Scenarios

/// What a run looked like second by second: how many vehicles were on each road, and which phase had green.
public struct TrafficTrace: Sendable, Hashable {
    /// The number of seconds recorded.
    public private(set) var seconds = 0
    /// Vehicles on each road, moving or queued, before each second: [seconds × roads].
    public private(set) var occupancies: [Int32] = []
    /// The phase that has green at each intersection in each second, −1 in yellow and all-red: [seconds × intersections].
    public private(set) var greens: [Int8] = []

    private let roadCount: Int
    private let intersectionCount: Int

    /// Creates an empty trace of a network.
    init(_ network: RoadNetwork) {
        roadCount = network.roads.count
        intersectionCount = network.intersections.count
    }

    /// Takes down the present second.
    mutating func record(_ simulation: TrafficSimulation) {
        for road in 0..<roadCount { occupancies.append(Int32(simulation.occupancy(ofRoad: road))) }
        for intersection in 0..<intersectionCount {
            let isGreen = simulation.stage(of: intersection) == .green
            greens.append(isGreen ? Int8(simulation.phase(of: intersection)) : -1)
        }
        seconds += 1
    }

    /// The vehicles on a road before a second.
    public func occupancy(ofRoad road: Int, second: Int) -> Int { Int(occupancies[second * roadCount + road]) }

    /// The phase that has green in a second; `nil` in yellow and all-red.
    public func greenPhase(of intersection: Int, second: Int) -> Int? {
        let phase = Int(greens[second * intersectionCount + intersection])
        return phase < 0 ? nil : phase
    }

    /// The mean number of vehicles on a road over a stretch of time.
    public func meanOccupancy(ofRoad road: Int, seconds range: Range<Int>) -> Double {
        guard !range.isEmpty else { return 0 }
        return Double(range.reduce(0) { $0 + occupancy(ofRoad: road, second: $1) }) / Double(range.count)
    }

    /// One green of an intersection.
    public struct Green: Sendable, Hashable {
        /// The phase.
        public let phase: Int
        /// Its first second and the one after its last.
        public let seconds: Range<Int>
    }

    /// The greens of an intersection in their order, the first and the last cut off by the ends of the run.
    public func greens(of intersection: Int) -> [Green] {
        var greens: [Green] = []
        var start = 0
        var present: Int?
        for second in 0...seconds {
            let phase = second < seconds ? greenPhase(of: intersection, second: second) : nil
            guard phase != present else { continue }
            if let present { greens.append(Green(phase: present, seconds: start..<second)) }
            (present, start) = (phase, second)
        }
        return greens
    }
}
