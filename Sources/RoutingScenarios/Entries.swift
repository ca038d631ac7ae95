package import ScenarioCatalogue

/// What learns and is compared on networks of packets.
package enum RoutingRoom {
    /// Its scenarios.
    package static let entries: [any ScenarioEntry.Type] = [RoutingEntry.self]
}
