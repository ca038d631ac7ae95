package import ScenarioCatalogue

/// What learns and is compared on streets.
package enum TrafficRoom {
    /// Its scenarios.
    package static let entries: [any ScenarioEntry.Type] = [TrafficEntry.self, JunctionEntry.self]
}
