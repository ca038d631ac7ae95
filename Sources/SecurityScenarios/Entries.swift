package import ScenarioCatalogue

/// Attack and defense.
package enum SecurityRoom {
    /// Its scenarios.
    package static let entries: [any ScenarioEntry.Type] = [
        SecurityEntry.self,
        SecurityGameEntry.self,
        IntrusionEntry.self,
    ]
}
