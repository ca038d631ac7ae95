/// Which place has each shard; knows nothing of what is in them.
struct Ownership: Sendable, Hashable {
    private var places: [Int]

    /// Deals shards to places in turn.
    init(shardCount: Int, placeCount: Int) {
        places = (0..<shardCount).map { $0 % placeCount }
    }

    /// The place that has a shard.
    func place(of shard: Int) -> Int { places[shard] }

    /// The shards of a place, in ascending order.
    func shards(of place: Int) -> [Int] { places.indices.filter { places[$0] == place } }
}
