/// Which place has each shard; knows nothing of what is in them.
struct Ownership: Sendable, Hashable {
    private var places: [Int]
    private var counts: [Int]

    /// Deals shards to places in turn.
    init(shardCount: Int, placeCount: Int) {
        places = (0..<shardCount).map { $0 % placeCount }
        counts = Array(repeating: 0, count: placeCount)
        for place in places { counts[place] += 1 }
    }

    /// The place that has a shard.
    func place(of shard: Int) -> Int { places[shard] }

    /// The shards of a place, in ascending order.
    func shards(of place: Int) -> [Int] { places.indices.filter { places[$0] == place } }

    /// Whether a place has shards.
    func isNeeded(_ place: Int) -> Bool { place < counts.count && counts[place] > 0 }

    /// How many shards a place has.
    func count(of place: Int) -> Int { place < counts.count ? counts[place] : 0 }

    /// Gives a shard to another place.
    mutating func move(_ shard: Int, to place: Int) {
        while counts.count <= place { counts.append(0) }
        counts[places[shard]] -= 1
        counts[place] += 1
        places[shard] = place
    }
}
