package import ScenarioCatalogue

/// Stores of energy and what they earn.
package enum EnergyRoom {
    /// Its scenarios.
    package static let entries: [any ScenarioEntry.Type] = [BatteryEntry.self, MicrogridEntry.self]
}
