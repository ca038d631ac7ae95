// A network is written down as its three lists; what is read back is checked like any other.
extension RoadNetwork: Codable {
    private enum Key: CodingKey { case intersections, roads, movements }

    /// Reads a network.
    ///
    /// - Throws: `DecodingError`, also where the lists make no network.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        do {
            try self.init(
                intersections: try container.decode([Intersection].self, forKey: .intersections),
                roads: try container.decode([Road].self, forKey: .roads),
                movements: try container.decode([Movement].self, forKey: .movements)
            )
        } catch let error as ScenarioError {
            throw DecodingError.dataCorruptedError(
                forKey: .intersections,
                in: container,
                debugDescription: error.description
            )
        }
    }

    /// Writes the network.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(intersections, forKey: .intersections)
        try container.encode(roads, forKey: .roads)
        try container.encode(movements, forKey: .movements)
    }
}
