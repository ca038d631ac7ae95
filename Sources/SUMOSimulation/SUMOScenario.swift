public import Scenarios
public import TabularLearning

/// Traffic signals that learn in SUMO: each traffic light of a network is a lane, each replica a SUMO of its own.
///
/// State, actions and safety envelope are those of `TrafficScenario`, so that a table can serve in both. Reward of a
/// decision interval: `SignalReward`, unless told otherwise −(who stands before the light at its end) / `rewardScale`.
public struct SUMOScenario: RestorableScenario, Hashable {
    /// The name on the command line.
    public static let name = "traffic"

    /// Which SUMO simulates what.
    public var input: SUMOInput
    /// What SUMO told of the network.
    public var network: SUMONetwork
    /// Times, observation, episode and reward; layout, demand and geometry are SUMO's.
    public var settings: TrafficScenario

    /// Whether a phase keeps its green for vehicles that stand inside the junction.
    ///
    /// Default yes: without it crossing traffic can lock a junction up for good.
    @AddedSetting<AbsentFalse> public var clearsJunctions = true

    /// Whether a change of phases waits in all-red, for some seconds, for vehicles that stand in the way of the next green.
    ///
    /// Default yes, where junctions are cleared: who enters in the yellow behind another can lock a junction up too.
    @AddedSetting<AbsentFalse> public var holdsChanges = true

    /// Puts a problem together.
    public init(input: SUMOInput, network: SUMONetwork, settings: TrafficScenario = Self.defaultSettings) {
        self.input = input
        self.network = network
        self.settings = settings
    }

    /// What differs from the embedded simulation's defaults: a yellow of 2 s without all-red, and the compact state.
    public static var defaultSettings: TrafficScenario {
        var settings = TrafficScenario()
        settings.timing.yellow = 2
        settings.timing.allRed = 0
        settings.observation.detail = .strongestOther
        settings.observation.detectorDistance = 50
        settings.observation.demandBins = [1, 3, 6, 10]
        settings.observation.greenAges = [15, 30]
        settings.discount = 0.9
        return settings
    }

    /// Checks every value.
    ///
    /// - Throws: `ScenarioError` that names the first value that makes no sense.
    public func check() throws(ScenarioError) {
        do {
            try network.check()
        } catch {
            throw ScenarioError("\(error)")
        }
        for light in network.signals.indices {
            do {
                try timing(of: light).check(
                    interval: settings.decisionInterval,
                    phaseCount: network.signals[light].phases.count
                )
            } catch {
                throw ScenarioError("light \(network.signals[light].name): \(error)")
            }
        }
        try settings.check()
    }

    /// Returns the encoder of states.
    public func makeEncoder() -> SignalStateEncoder {
        SignalStateEncoder(
            intersections: network.signals.map(\.name),
            phases: network.signals.map { $0.phases.indices.map { "phase \($0)" } },
            shapes: shapes,
            observation: settings.observation,
            isShared: settings.sharesTable
        )
    }

    /// The states and actions.
    public var space: StateSpace { makeEncoder().space }

    /// The number of lights.
    public var lanesPerReplica: Int { network.signals.count }

    /// The light or its shape, unless all share one table.
    public var affinityFactor: Int? { settings.sharesTable && shapes.names.count == 1 ? nil : 0 }

    /// The lights that go through the same phases.
    var shapes: SignalShapes {
        SignalShapes(of: network.signals.map(\.name), shapes: network.signals.map { $0.phases.map(\.state) })
    }

    /// What to train with unless told otherwise: sixty episodes on four SUMOs.
    public var defaults: TrainingDefaults {
        let replicas = 4
        let steps = UInt64(60 * (settings.episodeSeconds / settings.decisionInterval) * lanesPerReplica)
        return TrainingDefaults(
            parameters: LearningParameters(
                discount: settings.discount,
                stepSize: .visitCount(horizon: 1 / (1 - min(settings.discount, 0.999)), minimum: 0.05),
                epsilon: .linear(initial: 1, final: 0.01, steps: steps / 5 * 4)
            ),
            lanes: replicas * lanesPerReplica,
            cohorts: 1,
            steps: steps
        )
    }

    /// Starts one SUMO for each replica.
    ///
    /// - Throws: `EnvironmentFailure` with what SUMO says when it does not start.
    public func makeEnvironment(
        replicas: Range<Int>,
        seed: UInt64
    ) throws(EnvironmentFailure) -> any RestorableEnvironment {
        do {
            return try SUMOEnvironment(self, replicas: replicas, seed: seed)
        } catch {
            throw EnvironmentFailure(error.description)
        }
    }

    /// The times of a light: its longest change counts as its yellow.
    func timing(of light: Int) -> SignalTiming {
        var timing = settings.timing
        timing.yellow = program(of: light).longestChange
        timing.usableYellow = min(timing.usableYellow, timing.yellow)
        timing.allRed = 0
        return timing
    }

    /// What each light is held to by a controller that decides at such intervals.
    package func envelopes(interval: Int) -> [SafetyEnvelope] {
        network.signals.indices.map { SafetyEnvelope(timing: timing(of: $0), interval: interval) }
    }

    /// The shortest maximum red under which every light gets round all its phases.
    public var neededMaximumRed: Int {
        network.signals.indices.map {
            timing(of: $0).shortestMaximumRed(
                interval: settings.decisionInterval,
                phaseCount: network.signals[$0].phases.count
            )
        }.max() ?? 0
    }

    /// By link: seconds by which its maximum red is shorter than the light's.
    ///
    /// Pedestrians wait no longer than two thirds of what the light's own program makes them wait, as far as there is time
    /// for all phases; without a maximum red there is none for them either.
    private func haste(of light: Int) -> [Int32] {
        let signal = network.signals[light]
        let timing = timing(of: light)
        var haste = Array(repeating: Int32(0), count: signal.links.count)
        guard timing.maximumRed < SignalTiming.longest else { return haste }
        let needed = timing.shortestMaximumRed(interval: settings.decisionInterval, phaseCount: signal.phases.count)
        for crossing in signal.crossings where crossing.link < haste.count {
            let longest = max(needed, crossing.longestRed * 2 / 3)
            haste[crossing.link] = Int32(truncatingIfNeeded: max(0, timing.maximumRed - longest))
        }
        return haste
    }

    /// By light: its lanes.
    var signalLanes: [SignalLanes] {
        let indices = network.laneIndices
        let insides = Dictionary(uniqueKeysWithValues: watchedInsides.enumerated().map { ($1, $0) })
        let isBlind = network.isBlind
        let rooms = network.lanes.indices.map { network.room(ofLane: $0) }
        return network.signals.indices.map { light in
            SignalLanes(
                network.signals[light],
                indices: indices,
                insides: insides,
                isBlind: isBlind,
                haste: haste(of: light),
                neighbors: network.neighborLanes(of: light),
                rooms: rooms
            )
        }
    }

    /// The lanes inside the junctions that are looked at.
    var watchedInsides: [String] { clearsJunctions ? network.insideLanes : [] }

    /// By light: the program it is given.
    var programs: [SignalProgram] { network.signals.indices.map { program(of: $0) } }

    private func program(of light: Int) -> SignalProgram {
        SignalProgram(
            network.signals[light],
            yellow: settings.timing.yellow,
            allRed: settings.timing.allRed,
            canHold: clearsJunctions && holdsChanges
        )
    }
}
