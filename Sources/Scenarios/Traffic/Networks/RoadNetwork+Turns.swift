// Which way vehicles come in and go on at a junction of up to four arms, and whose ways cross.
extension RoadNetwork {
    /// The side of an intersection from which a road comes in, clockwise.
    public enum Arm: String, Sendable, Hashable, Codable, CaseIterable {
        /// From the north, heading south.
        case north
        /// From the east, heading west.
        case east
        /// From the south, heading north.
        case south
        /// From the west, heading east.
        case west

        /// Its number, clockwise from north.
        var index: Int { Self.allCases.firstIndex(of: self) ?? 0 }

        /// The axis of the vehicles that come in here.
        public var axis: Axis { self == .north || self == .south ? .northSouth : .eastWest }
    }

    /// What a vehicle does at an intersection, seen from its own road.
    public enum Turn: String, Sendable, Hashable, Codable, CaseIterable {
        /// It leaves by the next arm clockwise.
        case left
        /// It leaves by the opposite arm.
        case through
        /// It leaves by the next arm counterclockwise.
        case right

        /// Its number, from left to right.
        var index: Int { Self.allCases.firstIndex(of: self) ?? 0 }
    }

    /// A way across an intersection.
    public struct Path: Sendable, Hashable {
        /// Where it comes in.
        public var arm: Arm
        /// Where it goes.
        public var turn: Turn

        /// Creates a way.
        public init(arm: Arm, turn: Turn) {
            self.arm = arm
            self.turn = turn
        }

        /// The number of the arm by which it leaves.
        var exitIndex: Int { (arm.index + 1 + turn.index) % 4 }
    }

    /// Says which ways across an intersection conflict: from different arms, and they cross or leave by the same arm.
    ///
    /// Round the intersection clockwise lie the ways in and out of north, of east, and so on (traffic keeps right), so
    /// two ways cross where exactly one end of one lies between the ends of the other.
    ///
    /// - Parameter paths: At most 64.
    /// - Returns: For each way, as bit n for the n-th: those that conflict with it.
    public static func conflicts(of paths: [Path]) -> [UInt64] {
        func conflict(_ first: Path, _ second: Path) -> Bool {
            if first.arm == second.arm { return false }
            if first.exitIndex == second.exitIndex { return true }
            let ends = [2 * first.arm.index, 2 * first.exitIndex + 1].sorted()
            let between = (ends[0] + 1)..<ends[1]
            return between.contains(2 * second.arm.index) != between.contains(2 * second.exitIndex + 1)
        }
        return paths.map { path in
            paths.indices.reduce(UInt64(0)) { conflict(path, paths[$1]) ? $0 | 1 << UInt64($1) : $0 }
        }
    }
}
