extension RoutingScenario {
    /// What forwards one packet a tick.
    public enum Model: String, Sendable, Hashable, Codable, CaseIterable {
        /// A router, whatever the number of its links.
        case node
        /// Each link in each direction.
        case link
    }
}
