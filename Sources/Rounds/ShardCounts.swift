package import TabularLearning

/// A number for each shard, as a section of what a cohort says of itself.
package enum ShardCounts {
    /// The section's name.
    package static let section = "issued"

    /// The numbers as words.
    package static func words(of counts: [UInt64]) -> [UInt32] {
        var writer = WordWriter()
        writer.write(counts)
        return writer.words
    }

    /// Takes the numbers out of sections.
    ///
    /// - Throws: `WordReader.Failure` when there is not one for each shard, or one beyond what a run comes to.
    package static func take(
        from sections: inout SavedSections,
        shardCount: Int
    ) throws(WordReader.Failure) -> [UInt64] {
        try sections.take(section) { reader throws(WordReader.Failure) in
            let counts = try reader.longArray()
            guard counts.count == shardCount, counts.allSatisfy({ $0 < 1 << 47 }) else {
                throw WordReader.Failure("\(counts.count) counts of updates for \(shardCount) shards")
            }
            return counts
        }
    }
}
