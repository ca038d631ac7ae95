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
    /// A shard that is being given is sent rounds still, and its giver serves them.
    package static let servesWhileGiving = Self(rawValue: 4)
    /// A shard is given before the rounds that wait have been sent.
    package static let givesBeforeRounds = Self(rawValue: 8)
    /// A shard's new owner is sent rounds before it has the cells.
    package static let servesBeforeCells = Self(rawValue: 16)
    /// A shard serves the rounds of actor processes in the order of their arrival.
    package static let servesOutOfTurn = Self(rawValue: 32)
}
