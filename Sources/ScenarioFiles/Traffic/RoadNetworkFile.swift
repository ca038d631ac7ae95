internal import Foundation
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

    /// The largest file that is read, in bytes.
    public static let maximumSize = 16 << 20

    /// Reads a file.
    ///
    /// - Throws: `NetworkFileError` with the line, where it is known, and the reason.
    public init(readingFrom path: String) throws(NetworkFileError) {
        let data: Data
        do {
            data = try Data(contentsOf: URL(fileURLWithPath: path))
        } catch {
            let exists = FileManager.default.fileExists(atPath: path)
            throw NetworkFileError(
                file: path,
                line: nil,
                reason: exists ? "it cannot be read" : "there is no such file"
            )
        }
        guard data.count <= Self.maximumSize else {
            throw NetworkFileError(file: path, line: nil, reason: "it has more than \(Self.maximumSize) bytes")
        }
        guard let text = String(validating: data, as: UTF8.self) else {
            throw NetworkFileError(file: path, line: nil, reason: "it is not UTF-8 text")
        }
        try self.init(parsing: text, file: path)
    }

    /// Reads a text.
    ///
    /// - Parameters:
    ///   - text: YAML.
    ///   - file: The name that errors begin with.
    /// - Throws: `NetworkFileError` with the line, where it is known, and the reason.
    public init(parsing text: String, file: String) throws(NetworkFileError) {
        do {
            let parser = try RoadNetworkParser(text)
            network = try parser.network()
            demand = try parser.demand(of: network)
            meanSpeed = parser.meanSpeed
        } catch {
            throw NetworkFileError(file: file, line: error.line, reason: error.reason)
        }
    }

    /// The scenario on this network, everything else as by default.
    public var scenario: TrafficScenario {
        var scenario = TrafficScenario(network: network, demand: demand)
        scenario.geometry.speed = meanSpeed
        return scenario
    }
}
