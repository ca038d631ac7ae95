/// Mistakes that tests plant in nodes to see whether they are found; production code never sets one.
package struct PlantedDefects: OptionSet, Sendable {
    package let rawValue: UInt8

    package init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    /// A worker that is given shards anew keeps the tables of those it had.
    package static let keepsShards = Self(rawValue: 1)
    /// A frame is taken up as often as it comes.
    package static let takesFramesTwice = Self(rawValue: 2)
}
