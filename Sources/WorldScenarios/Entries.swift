package import ScenarioCatalogue

/// Worlds of others.
package enum WorldRoom {
    /// A world at the other end of a pipe.
    package static let entry: any ScenarioEntry.Type = WorldEntry.self
}
