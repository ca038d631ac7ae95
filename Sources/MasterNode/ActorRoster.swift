/// The actor processes of a run: a place for each block of cohorts, and those who stand by.
package struct ActorRoster: Sendable {
    /// What an offer says of whoever makes it.
    enum Offer: Sendable {
        /// It is there, as before.
        case known
        /// It has lost what it had, or is another process of that name.
        case anew
        /// It is none of those who have a place.
        case strange
        /// It is older than what is known.
        case old
    }

    private struct Member: Sendable {
        let name: String
        var session: UInt64
    }

    private var places: [Member?]
    private var standbys: [Member] = []
    /// Those who have a place and want to go.
    private var leaving: Set<String> = []
    private let cohortCount: Int

    /// The most names kept on standby; whoever is not noted offers itself again.
    private static let mostStandbys = 1024

    init(placeCount: Int, cohortCount: Int) {
        places = Array(repeating: nil, count: placeCount)
        self.cohortCount = cohortCount
    }

    /// How many the run needs.
    var neededCount: Int { places.count }

    /// Those who have a place, in the order of their cohorts.
    package var names: [String] { places.compactMap { $0?.name } }

    /// Those who have a place and those who stand by.
    var presentNames: [String] { names + standbys.map(\.name) }

    /// Whether all places are taken.
    var isComplete: Bool { !places.contains { $0 == nil } }

    /// How many places nobody could take.
    package var missingCount: Int { max(0, places.count { $0 == nil } - standbys.count) }

    /// The cohorts of a place: consecutive ones, as many as others have, or one more.
    func cohorts(of place: Int) -> Range<Int> {
        (place * cohortCount / places.count)..<((place + 1) * cohortCount / places.count)
    }

    /// Takes up that somebody offers itself.
    mutating func note(_ name: String, session: UInt64) -> Offer {
        if let place = places.firstIndex(where: { $0?.name == name }), let member = places[place] {
            if member.session >= session { return member.session == session ? .known : .old }
            places[place]?.session = session
            return .anew
        }
        if let index = standbys.firstIndex(where: { $0.name == name }) {
            standbys[index].session = max(standbys[index].session, session)
        } else if standbys.count < Self.mostStandbys {
            standbys.append(Member(name: name, session: session))
        }
        return .strange
    }

    /// Gives free places to those who stand by, the first to come first.
    mutating func promote() {
        while let free = places.firstIndex(where: { $0 == nil }), !standbys.isEmpty {
            places[free] = standbys.removeFirst()
        }
    }

    /// Those who have a place and want to go, in the order of their cohorts.
    var leavingNames: [String] { names.filter(leaving.contains) }

    /// Notes that somebody who has a place wants to go.
    mutating func note(leaving name: String) { leaving.insert(name) }

    /// Forgets somebody.
    ///
    /// - Returns: Whether a place is free now.
    mutating func remove(_ name: String) -> Bool {
        standbys.removeAll { $0.name == name }
        leaving.remove(name)
        guard let place = places.firstIndex(where: { $0?.name == name }) else { return false }
        places[place] = nil
        return true
    }
}
