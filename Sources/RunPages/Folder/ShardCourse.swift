/// How many updates each shard had been given, moment by moment: never many moments, however long a run is.
public struct ShardCourse: Codable, Sendable, Hashable {
    /// A moment.
    public struct Point: Codable, Sendable, Hashable {
        /// Seconds since the process began.
        public var seconds: Double
        /// By shard the updates since the process began.
        public var updates: [UInt64]
    }

    /// The moments in their order.
    public private(set) var points: [Point] = []
    /// Seconds between two of them.
    private var spacing = 0.5

    /// Begins with no moment.
    public init() {}

    /// The most moments that are kept: when there is one more, every second goes and the rest come half as often.
    static let mostPoints = 120
    /// The most shards whose updates are kept one by one.
    static let mostShards = 64

    /// Takes a moment down, unless the last was just before.
    ///
    /// - Parameters:
    ///   - updates: By shard the updates; nothing is taken of more than `mostShards` shards.
    ///   - seconds: Seconds since the process began.
    public mutating func note(_ updates: [UInt64], at seconds: Double) {
        guard (1...Self.mostShards).contains(updates.count) else { return }
        if let last = points.last, seconds - last.seconds < spacing { return }
        points.append(Point(seconds: seconds, updates: updates))
        guard points.count > Self.mostPoints else { return }
        points = points.indices.filter { $0 % 2 == 0 }.map { points[$0] }
        spacing *= 2
    }
}
