/// Who works for a run: a place for each worker that is needed, and those who stand by for one.
///
/// Shards belong to places. A worker that replaces another takes its place, so that the others keep their shards.
struct WorkerRoster: Sendable {
    private(set) var standbys: [String] = []
    private var places: [String?]
    private let ownership: Ownership

    /// The most names kept on standby; whoever is not noted offers itself again.
    private static let mostStandbys = 1024

    init(placeCount: Int, shardCount: Int) {
        places = Array(repeating: nil, count: placeCount)
        ownership = Ownership(shardCount: shardCount, placeCount: placeCount)
    }

    /// Those who have a place, in the order of the places.
    var workers: [String] { places.compactMap(\.self) }

    /// Whether every place is taken.
    var isComplete: Bool { places.allSatisfy { $0 != nil } }

    /// How many places nobody could take: neither a worker has them nor stands one by.
    var missingCount: Int { max(0, places.count(where: { $0 == nil }) - standbys.count) }

    /// The place that a shard belongs to.
    func place(ofShard shard: Int) -> Int { ownership.place(of: shard) }

    /// Who has a place.
    func worker(at place: Int) -> String? { places[place] }

    /// Who owns a shard.
    func owner(ofShard shard: Int) -> String? { places[ownership.place(of: shard)] }

    /// Those who own some of the shards, in the order of the places.
    func owners(of shards: [Int]) -> [String] {
        Set(shards.map { ownership.place(of: $0) }).sorted().compactMap { places[$0] }
    }

    /// The shards of a worker, in ascending order.
    func shards(of worker: String) -> [Int] {
        places.firstIndex(of: worker).map { ownership.shards(of: $0) } ?? []
    }

    func has(_ worker: String) -> Bool { places.contains(worker) }

    /// Gives a worker the first free place, if there is one.
    mutating func admit(_ worker: String) -> Bool {
        guard let free = places.firstIndex(of: nil) else { return false }
        standbys.removeAll { $0 == worker }
        places[free] = worker
        return true
    }

    /// Notes a worker for later.
    mutating func note(standby worker: String) {
        guard !has(worker), !standbys.contains(worker), standbys.count < Self.mostStandbys else { return }
        standbys.append(worker)
    }

    /// Gives free places to those who stand by, the first to come first.
    mutating func promote() {
        while !isComplete, let first = standbys.first { _ = admit(first) }
    }

    /// Forgets a worker.
    mutating func remove(_ worker: String) {
        standbys.removeAll { $0 == worker }
        if let place = places.firstIndex(of: worker) { places[place] = nil }
    }
}
