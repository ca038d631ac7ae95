/// Who works for a run: a place for each worker that has shards, those who stand by for one, and those who want to go.
///
/// Shards belong to places. A worker that replaces another takes its place, so that the others keep their shards. A place
/// that has no shards any more waits for nobody.
package struct Membership: Sendable {
    package private(set) var standbys: [String] = []
    /// Members that want to go as soon as others have their shards.
    package private(set) var leaving: Set<String> = []
    /// Who is no member and may say that it is of this epoch: it has given its shards away, or was asked to take one.
    private var acquaintances: Set<String> = []
    private var places: [String?]
    private var ownership: Ownership
    /// The first worker that is asked next whether it is there, where not all are at a time.
    private var nextAsked = 0

    /// The most names kept on standby; whoever is not noted offers itself again.
    private static let mostStandbys = 1024

    package init(placeCount: Int, shardCount: Int) {
        places = Array(repeating: nil, count: placeCount)
        ownership = Ownership(shardCount: shardCount, placeCount: placeCount)
    }

    /// Those who have a place, in the order of the places.
    package var workers: [String] { places.compactMap(\.self) }

    /// How many places there have been.
    package var placeCount: Int { places.count }

    /// How many workers the run needs: those that have shards.
    package var neededCount: Int { places.indices.count { ownership.isNeeded($0) } }

    private var vacancies: [Int] { places.indices.filter { places[$0] == nil && ownership.isNeeded($0) } }

    /// Whether every shard has an owner who is there.
    package var isComplete: Bool { vacancies.isEmpty }

    /// How many places nobody could take: neither a worker has them nor stands one by.
    package var missingCount: Int { max(0, vacancies.count - standbys.count) }

    /// The place that a shard belongs to.
    package func place(ofShard shard: Int) -> Int { ownership.place(of: shard) }

    /// Who has a place.
    package func worker(at place: Int) -> String? { places[place] }

    /// Who owns a shard.
    package func owner(ofShard shard: Int) -> String? { places[ownership.place(of: shard)] }

    /// Those who own some of the shards, in the order of the places.
    package func owners(of shards: [Int]) -> [String] {
        Set(shards.map { ownership.place(of: $0) }).sorted().compactMap { places[$0] }
    }

    /// The shards of a worker, in ascending order.
    package func shards(of worker: String) -> [Int] {
        places.firstIndex(of: worker).map { ownership.shards(of: $0) } ?? []
    }

    package func has(_ worker: String) -> Bool { places.contains(worker) }

    /// Whether a worker that is no member may have something of this epoch all the same.
    package func knows(_ worker: String) -> Bool { acquaintances.contains(worker) }

    /// Gives a worker the first free place, if there is one.
    package mutating func admit(_ worker: String) -> Bool {
        guard let free = vacancies.first else { return false }
        standbys.removeAll { $0 == worker }
        places[free] = worker
        return true
    }

    /// Notes a worker for later.
    package mutating func note(standby worker: String) {
        guard !has(worker), !standbys.contains(worker), standbys.count < Self.mostStandbys else { return }
        standbys.append(worker)
    }

    /// Notes that a worker will have something of this epoch before it is a member.
    package mutating func note(acquaintance worker: String) { acquaintances.insert(worker) }

    /// Notes that a worker wants to go.
    package mutating func note(leaving worker: String) {
        standbys.removeAll { $0 == worker }
        leaving.insert(worker)
    }

    /// Takes up that somebody offers itself under a name whose bearer wanted to go: it is another one.
    package mutating func note(staying worker: String) { leaving.remove(worker) }

    /// Gives free places to those who stand by, the first to come first.
    package mutating func promote() {
        while !isComplete, let first = standbys.first { _ = admit(first) }
    }

    /// Forgets a worker.
    ///
    /// The shards of one that wanted to go are for those who stay, where there are any.
    package mutating func remove(_ worker: String) {
        standbys.removeAll { $0 == worker }
        let isLeaving = leaving.remove(worker) != nil
        guard let place = places.firstIndex(of: worker) else { return }
        places[place] = nil
        if isLeaving { dealOut(place) }
    }

    /// Begins another epoch, in which every shard is made anew: those who want to go may, if others stand by or stay.
    ///
    /// - Returns: Who has no shards any more and may go.
    package mutating func beginEpoch() -> [String] {
        acquaintances = []
        var released: [String] = []
        for worker in leaving.sorted() {
            guard has(worker) else {
                leaving.remove(worker)
                continue
            }
            guard !standbys.isEmpty || !staying.isEmpty else { continue }
            remove(worker)
            released.append(worker)
        }
        return released
    }

    /// The places of those who do not want to go.
    private var staying: [Int] {
        places.indices.filter { place in places[place].map { !leaving.contains($0) } ?? false }
    }

    /// Gives the shards of a free place to those who stay, unless somebody stands by for it.
    private mutating func dealOut(_ place: Int) {
        guard standbys.isEmpty, !staying.isEmpty else { return }
        for shard in ownership.shards(of: place) {
            let fewest = staying.min { (ownership.count(of: $0), $0) < (ownership.count(of: $1), $1) }
            if let fewest { ownership.move(shard, to: fewest) }
        }
    }
}

extension Membership {
    /// The most workers that are asked at a time whether they are there.
    private static let mostAsked = 256

    /// Those whose turn it is to be asked whether they are there: all, where there are few.
    package mutating func takeTurns(_ workers: [String]) -> [String] {
        guard workers.count > Self.mostAsked else { return workers }
        let first = nextAsked % workers.count
        nextAsked = first + Self.mostAsked
        return (first..<nextAsked).map { workers[$0 % workers.count] }
    }
}

/// Shards that change owners while rounds go on.
extension Membership {
    /// Who could take a shard: those who stay and those who stand by, each once.
    package var candidates: [String] { staying.compactMap { places[$0] } + standbys.filter { !leaving.contains($0) } }

    /// Makes a worker the owner of a shard.
    ///
    /// Who has none left is no member any more; unless it wants to go it stands by.
    package mutating func move(_ shard: Int, to worker: String) {
        let former = ownership.place(of: shard)
        let place = places.firstIndex(of: worker) ?? seat(worker)
        ownership.move(shard, to: place)
        guard !ownership.isNeeded(former), let name = places[former] else { return }
        places[former] = nil
        acquaintances.insert(name)
        if !leaving.contains(name) { standbys.append(name) }
    }

    private mutating func seat(_ worker: String) -> Int {
        standbys.removeAll { $0 == worker }
        acquaintances.remove(worker)
        if let free = places.indices.first(where: { places[$0] == nil && !ownership.isNeeded($0) }) {
            places[free] = worker
            return free
        }
        places.append(worker)
        return places.count - 1
    }
}
