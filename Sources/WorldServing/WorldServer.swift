public import TabularLearning

/// Answers the frames of whoever steps a world through a pipe.
///
/// What is wrong is answered by a failure, and the next frame is listened to all the same.
public struct WorldServer {
    private let facts: WorldFacts
    private let make: (Range<Int>, UInt64) throws(EnvironmentFailure) -> any Environment
    private var opening: WorldOpening?
    private var world: ServedWorld?

    /// Creates a server.
    ///
    /// - Parameters:
    ///   - facts: What the world says of itself.
    ///   - make: Makes fresh copies of it, given their numbers and the seed.
    public init(
        _ facts: WorldFacts,
        make: @escaping (Range<Int>, UInt64) throws(EnvironmentFailure) -> any Environment
    ) {
        (self.facts, self.make) = (facts, make)
    }

    /// Answers a frame.
    ///
    /// - Parameter frame: Its words without their number: the kind, then the body.
    /// - Returns: The words of the answer, likewise.
    public mutating func answer(_ frame: [UInt32]) -> [UInt32] {
        do throws(EnvironmentFailure) {
            return try answered(frame)
        } catch {
            var writer = WordWriter([WorldFrame.failure.rawValue])
            writer.write(error.description)
            return writer.words
        }
    }

    private mutating func answered(_ frame: [UInt32]) throws(EnvironmentFailure) -> [UInt32] {
        switch WorldFrame(rawValue: frame.first ?? 0) {
        case .open: return try open(frame)
        case .begin:
            guard let opening else {
                throw EnvironmentFailure("nothing is open: the first frame says which worlds are meant")
            }
            guard frame.count == 1 else { throw EnvironmentFailure("a beginning with \(frame.count - 1) words: none") }
            let replicas = opening.firstReplica..<(opening.firstReplica + opening.replicas)
            var world = try ServedWorld(facts, try make(replicas, opening.seed), opening)
            try world.begin()
            self.world = world
            return try batch(of: world)
        case .step:
            guard var world else { throw EnvironmentFailure("a step before the beginning: begin first") }
            // Nothing else may hold it, or each step would copy it.
            self.world = nil
            defer { self.world = world }
            try world.step(frame.dropFirst())
            return try batch(of: world)
        case .replay:
            throw EnvironmentFailure(
                "\(facts.name) cannot go to an episode by itself: its random numbers go by steps; begin anew"
            )
        case .description, .batch, .failure, nil:
            throw EnvironmentFailure("frame \(frame.first ?? 0): 1 opens, 2 begins, 3 steps")
        }
    }

    private mutating func open(_ frame: [UInt32]) throws(EnvironmentFailure) -> [UInt32] {
        var reader = WordReader(frame, at: 1)
        let text: String
        do throws(WordReader.Failure) {
            text = try reader.text()
            try reader.finish()
        } catch {
            throw EnvironmentFailure("an opening that is no text: \(error)")
        }
        opening = try WorldOpening(text, agents: facts.agents.count)
        world = nil
        var writer = WordWriter([WorldFrame.description.rawValue])
        writer.write(facts.text)
        return writer.words
    }

    private func batch(of world: ServedWorld) throws(EnvironmentFailure) -> [UInt32] {
        [WorldFrame.batch.rawValue] + (try world.words())
    }
}
