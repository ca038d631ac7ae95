public import Scenarios

/// A road network that was read from a YAML file, with the demand of its entries.
///
/// The format: docs/scenarios/traffic.md.
public struct RoadNetworkFile: Sendable, Hashable {
    /// The network.
    public let network: RoadNetwork
    /// What wants to enter it.
    public let demand: TrafficDemand
    /// The mean speed of its roads, metres per second.
    public let meanSpeed: Double

    /// Reads a file.
    ///
    /// - Throws: `NetworkFileError` with the line, where it is known, and the reason.
    public init(readingFrom path: String) throws(NetworkFileError) {
        self = try TextFile.read(path) { text throws(NetworkTextError) in try Self(parsing: text) }
    }

    /// Reads a text.
    ///
    /// - Parameters:
    ///   - text: YAML.
    ///   - file: The name that errors begin with.
    /// - Throws: `NetworkFileError` with the line, where it is known, and the reason.
    public init(parsing text: String, file: String) throws(NetworkFileError) {
        self = try TextFile.parse(text, file: file) { text throws(NetworkTextError) in try Self(parsing: text) }
    }

    private init(parsing text: String) throws(NetworkTextError) {
        let parser = try RoadNetworkParser(text)
        network = try parser.network()
        demand = try parser.demand(of: network)
        meanSpeed = parser.meanSpeed
    }

    /// The scenario on this network, everything else as by default.
    public var scenario: TrafficScenario {
        var scenario = TrafficScenario(network: network, demand: demand)
        scenario.geometry.speed = meanSpeed
        return scenario
    }
}
