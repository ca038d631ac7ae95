internal import Foundation
public import TabularLearning

/// What a world says of itself.
public struct WorldFacts: Sendable, Hashable {
    /// What it is called.
    public let name: String
    /// Its states and actions.
    public let space: StateSpace
    /// Who acts in one copy of it, a lane each.
    public let agents: [String]
    /// Whether a transition that ends is the end of its lane's episode.
    public let hasEpisodes: Bool
    /// The grids over its states, where action values are sums over their tiles.
    public let tilings: Int?

    /// Describes a world.
    ///
    /// - Parameters:
    ///   - name: What it is called.
    ///   - space: Its states and actions.
    ///   - agents: At least one.
    ///   - hasEpisodes: Not where what ends is something else than what a lane lives through, as the way of a packet is.
    ///   - tilings: `nil` where each state has a row of its own.
    public init(name: String, space: StateSpace, agents: [String], hasEpisodes: Bool, tilings: Int? = nil) {
        precondition(!agents.isEmpty, "somebody acts")
        (self.name, self.space, self.agents, self.hasEpisodes) = (name, space, agents, hasEpisodes)
        self.tilings = tilings
    }

    /// As JSON.
    var text: String {
        let factors = space.factors.map { Description.Factor(name: $0.name, levels: $0.levelCount, labels: $0.levels) }
        let description = Description(
            name: name,
            factors: factors,
            actions: space.actions,
            agents: agents,
            tilings: tilings
        )
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return (try? encoder.encode(description)).map { String(decoding: $0, as: UTF8.self) } ?? ""
    }

    private struct Description: Encodable {
        struct Factor: Encodable {
            let name: String
            let levels: Int
            /// The names of the levels; none where the number says it all.
            let labels: [String]
        }

        var version = WorldOpening.currentVersion
        let name: String
        let factors: [Factor]
        let actions: [String]
        let agents: [String]
        /// Its random numbers go by steps and not by episodes, so that no episode can be begun by itself.
        var repeatable = false
        let tilings: Int?
    }
}

/// Which worlds are meant.
struct WorldOpening: Decodable, Sendable {
    let version: Int
    let firstReplica: Int
    let replicas: Int
    let seed: UInt64
    /// Whether the other side knows lanes that wait, and decisions that take several steps.
    var holds: Bool?
    /// Whether it wants the numbers behind the states too.
    var numbers: Bool?

    static let currentVersion = 1
    /// The most lanes of one process.
    static let mostLanes = 1 << 20

    /// Reads what was said.
    ///
    /// - Throws: `EnvironmentFailure` that names the value and what would be right.
    init(_ text: String, agents: Int) throws(EnvironmentFailure) {
        do {
            self = try JSONDecoder().decode(Self.self, from: Data(text.utf8))
        } catch {
            throw EnvironmentFailure(
                "an opening that is no JSON object with version, firstReplica, replicas and seed: \(text.prefix(200))"
            )
        }
        guard version == Self.currentVersion else {
            throw EnvironmentFailure(
                "version \(version) of the protocol of worlds; this program speaks \(Self.currentVersion)"
            )
        }
        guard (1...max(1, Self.mostLanes / agents)).contains(replicas), (0...1 << 40).contains(firstReplica) else {
            throw EnvironmentFailure(
                "\(replicas) replicas from number \(firstReplica) on: 1 to \(max(1, Self.mostLanes / agents)), from 0 on"
            )
        }
    }
}
