public import TabularLearning

/// Episodes without exploration, all side by side; each begins where its number says.
struct SideBySide<World: ObservedWorld> {
    let world: World
    let starts: CounterBasedRandom

    /// Plays episodes to their ends.
    ///
    /// - Parameters:
    ///   - shape: The network.
    ///   - parameters: Of the network.
    ///   - episodes: At least 1.
    ///   - first: The number of the first.
    ///   - step: Moves a state on by what the network says of a row.
    /// - Returns: The mean of their undiscounted returns.
    func meanReturn(
        _ shape: NetworkShape,
        _ parameters: [Vector],
        episodes: Int,
        from first: UInt64,
        _ step: (NetworkPass, _ row: Int, inout World.State) -> (reward: Double, isTerminal: Bool)
    ) -> Double {
        var pass = NetworkPass(shape)
        var states = (0..<episodes).map { episode in
            var random = SplitMix64(state: starts.laneKey(first + UInt64(episode)))
            return world.start(&random)
        }
        var (total, features, elapsed) = (0.0, [Float](), 0)
        while !states.isEmpty, elapsed < world.stepLimit {
            features.removeAll(keepingCapacity: true)
            for state in states { world.observe(state, into: &features) }
            pass.run(parameters, features)
            var goingOn: [World.State] = []
            for row in states.indices {
                let (reward, isTerminal) = step(pass, row, &states[row])
                total += reward
                if !isTerminal { goingOn.append(states[row]) }
            }
            states = goingOn
            elapsed += 1
        }
        return total / Double(episodes)
    }
}

/// Episodes of a network that says what each numbered action is worth.
public struct GreedyEpisodes<World: VectorWorld>: Sendable {
    private let world: World
    private let shape: NetworkShape
    private let starts: CounterBasedRandom

    /// Prepares episodes.
    ///
    /// - Parameters:
    ///   - world: The world.
    ///   - shape: The network.
    ///   - seed: Of the first states.
    ///   - stream: Of the first states.
    public init(_ world: World, _ shape: NetworkShape, seed: UInt64, stream: CounterBasedRandom.Stream) {
        (self.world, self.shape) = (world, shape)
        starts = CounterBasedRandom(seed: seed, stream: stream)
    }

    /// Plays episodes to their ends.
    ///
    /// - Parameters:
    ///   - parameters: Of the network.
    ///   - episodes: At least 1.
    ///   - first: The number of the first.
    /// - Returns: The mean of their undiscounted returns.
    public func meanReturn(_ parameters: [Vector], episodes: Int, from first: UInt64 = 0) -> Double {
        var values: [Float] = []
        return SideBySide(world: world, starts: starts)
            .meanReturn(shape, parameters, episodes: episodes, from: first) { pass, row, state in
                world.step(&state, pass.greedyAction(of: row, scratch: &values))
            }
    }
}

/// Episodes of a network that says what force is to be given.
public struct ForcedEpisodes<World: ContinuousWorld>: Sendable {
    private let world: World
    private let shape: NetworkShape
    private let starts: CounterBasedRandom

    /// Prepares episodes.
    ///
    /// - Parameters:
    ///   - world: The world.
    ///   - shape: The network.
    ///   - seed: Of the first states.
    ///   - stream: Of the first states.
    public init(_ world: World, _ shape: NetworkShape, seed: UInt64, stream: CounterBasedRandom.Stream) {
        (self.world, self.shape) = (world, shape)
        starts = CounterBasedRandom(seed: seed, stream: stream)
    }

    /// Plays episodes to their ends.
    ///
    /// - Parameters:
    ///   - parameters: Of the network.
    ///   - episodes: At least 1.
    ///   - first: The number of the first.
    /// - Returns: The mean of their undiscounted returns.
    public func meanReturn(_ parameters: [Vector], episodes: Int, from first: UInt64 = 0) -> Double {
        var forces: [Float] = []
        return SideBySide(world: world, starts: starts)
            .meanReturn(shape, parameters, episodes: episodes, from: first) { pass, row, state in
                pass.forces(of: row, into: &forces)
                return world.step(&state, forces)
            }
    }
}
