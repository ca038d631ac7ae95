extension SUMOSignal {
    /// A crossing for pedestrians under a light.
    public struct Crossing: Sendable, Hashable, Codable {
        /// The link that is its light.
        public var link: Int
        /// The crossing, the id of one of SUMO's edges.
        public var edge: String
        /// The areas on both sides in which who wants to cross waits, likewise.
        public var areas: [String]
        /// Seconds that the light's own program leaves from the end of its green to the next green of anybody else.
        public var clearance: Int
        /// The longest that it is red in the light's own program.
        public var longestRed: Int
    }
}

extension SUMOSignal {
    /// Whether its intergreens and crossings, read from a file perhaps, can be meant.
    var hasSensibleTimes: Bool {
        let times =
            phases.flatMap { [$0.yellow, $0.allRed] }.compactMap(\.self)
            + crossings.flatMap { [$0.clearance, $0.longestRed] }
        return times.allSatisfy { (0...1_000_000).contains($0) }
            && crossings.allSatisfy { links.indices.contains($0.link) && !links[$0.link].isEmpty }
    }
}

extension SUMOSignal.Connection {
    /// Whether it is a crossing for pedestrians: `from` is the crossing itself, `to` an area beside it.
    var isCrossing: Bool { Self.isCrossing(from) }

    /// SUMO names crossings `:junction_cN`, their lane is `:junction_cN_0`.
    static func isCrossing(_ lane: String) -> Bool {
        let parts = lane.split(separator: "_", omittingEmptySubsequences: false)
        guard lane.hasPrefix(":"), parts.count >= 3, let number = parts[parts.count - 2].dropFirst().first else {
            return false
        }
        return parts[parts.count - 2].hasPrefix("c") && number.isNumber && Int(parts[parts.count - 1]) != nil
            && Int(parts[parts.count - 2].dropFirst()) != nil
    }
}
