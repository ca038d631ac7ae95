package import ScenarioCatalogue

/// The worlds of textbooks that are grids, games and chains.
package enum TextbookRoom {
    /// Its scenarios.
    package static let entries: [any ScenarioEntry.Type] = [
        MazeEntry.self,
        CliffWalkingEntry.self,
        FrozenLakeEntry.self,
        TaxiEntry.self,
        WindyGridworldEntry.self,
        BlackjackEntry.self,
        RiverSwimEntry.self,
        AccessControlEntry.self,
    ]

    /// A world that is nothing but work.
    package static let workload: any ScenarioEntry.Type = SyntheticEntry.self
}
