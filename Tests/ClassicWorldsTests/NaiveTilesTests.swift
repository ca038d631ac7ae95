import ClassicWorlds
import PublishedFigures
import TabularLearning
import Testing

/// What many lanes do to values that are sums over tiles.
///
/// Increments that are formed from what was read a round ago and added up, beside the targets that the program makes.
/// Figures and settings are of a program of the same rules, written for the comparison: 10 seeds of 300,000 steps, α is 0.5,
/// values are a round old.
@Suite("Many lanes on tiles, as published", .timeLimit(.minutes(5)))
struct NaiveTilesTests {
    private static let steps = 300_000
    private static let coder = ControlCoder.tiles(
        TileCoder(tilings: 8, tiles: [8, 8], ranges: [-1.2...0.5, -0.07...0.07])
    )

    /// The book's car: an episode is cut after 5000 steps and not after 200.
    private struct PatientCar: ControlProblem {
        private var car: MountainCar { MountainCar() }
        var variables: [(name: String, range: ClosedRange<Double>)] { car.variables }
        var actions: [String] { car.actions }
        var stepLimit: Int { 5000 }
        func start(_ random: inout SplitMix64) -> SIMD4<Double> { car.start(&random) }
        func step(_ state: inout SIMD4<Double>, _ action: Int) -> (reward: Double, isTerminal: Bool) {
            car.step(&state, action)
        }
    }

    private static func world(_ lanes: Int, _ seed: UInt64) -> ControlEnvironment<PatientCar> {
        ControlEnvironment(PatientCar(), coder: coder, replicas: 0..<lanes, seed: seed)
    }

    /// The lengths of episodes that ended in a run, in their order; `nil` where a value came to be beyond a million.
    private static func lengthsOfNaive(lanes: Int, seed: UInt64) throws -> [Double]? {
        var world = world(lanes, seed)
        let coding = try #require(world.tiles)
        var random = SplitMix64(state: SplitMix64.mix(seed))
        var weights = [Double](repeating: 0, count: Int(coding.space.stateCount) * 3)
        var increments: [(cell: Int, by: Double)] = []
        var (batch, read, lengths) = (StepBatch(), [Double](repeating: 0, count: lanes), [Double]())
        func values(_ state: UInt64) -> [Double] {
            let rows = coding.rows(of: state)
            return (0..<3).map { action in rows.reduce(0) { $0 + weights[Int($1) * 3 + action] } }
        }
        world.begin(&batch)
        for _ in 0..<(steps / lanes) {
            for increment in increments { weights[increment.cell] += increment.by }
            increments.removeAll(keepingCapacity: true)
            let rows = batch.queries.states.map(values)
            let greatest = rows.map { $0.max() ?? 0 }
            guard greatest.allSatisfy({ $0.magnitude <= 1e6 }) else { return nil }
            let transitions = batch.transitions
            for index in transitions.states.indices {
                let bootstrap = Int(transitions.bootstraps[index])
                let target = Double(transitions.rewards[index]) + (bootstrap < 0 ? 0 : greatest[bootstrap])
                let share = 0.5 / 8 * (target - read[index])
                for row in coding.rows(of: transitions.states[index]) {
                    increments.append((Int(row) * 3 + Int(transitions.actions[index]), share))
                }
            }
            var actions: [UInt8] = []
            for lane in 0..<lanes {
                let best = (0..<3).filter { rows[lane][$0] == greatest[lane] }
                actions.append(UInt8(best[random.nextIndex(below: best.count)]))
                read[lane] = greatest[lane]
            }
            world.step(actions, &batch)
            lengths += batch.episodeReturns.map { -$0 }
        }
        return lengths
    }

    /// The mean length of about the last hundred episodes of a run by the program.
    private static func lastLength(lanes: Int, seed: UInt64) throws -> Double {
        let parameters = LearningParameters(
            discount: 1,
            stepSize: .constant(0.5),
            epsilon: .constant(0),
            staleness: .oneRound,
            ties: .random
        )
        let learner = CohortLearner(
            index: 0,
            of: 1,
            environment: world(lanes, seed),
            parameters: parameters,
            seed: seed,
            plannedSteps: UInt64(steps / lanes)
        )
        var reference = SerialReference(learners: [learner], parameters: parameters)
        var marks: [(episodes: UInt64, sum: Double)] = [(0, 0)]
        while try reference.runRound() {
            let statistics = reference.statistics
            if statistics.episodes > marks[marks.count - 1].episodes {
                marks.append((statistics.episodes, statistics.episodeReturnSum))
            }
        }
        let last = marks[marks.count - 1]
        let first = try #require(marks.last { $0.episodes + 100 <= last.episodes })
        return -(last.sum - first.sum) / Double(last.episodes - first.episodes)
    }

    @Test("increments formed from old values and added up diverge at 8 lanes with every seed, and stay bad with one")
    func naive() throws {
        for lanes in [8, 64] {
            for seed in 1...UInt64(10) { #expect(try Self.lengthsOfNaive(lanes: lanes, seed: seed) == nil) }
        }
        let lengths = try (1...UInt64(10)).map { seed in
            let lengths = try #require(try Self.lengthsOfNaive(lanes: 1, seed: seed))
            return lengths.suffix(100).reduce(0, +) / 100
        }
        let measured = Figure(lengths)
        #expect(measured.distance(to: Figure(177.8, within: 7.0)) < 3, "\(measured)")
    }

    @Test(
        "targets of tiles learn as one lane after another does, however many there are: the last hundred episodes",
        arguments: [
            (1, Figure(114.4, within: 1.3)), (8, Figure(113.7, within: 1.3)), (64, Figure(114.1, within: 1.4)),
            (256, Figure(115.5, within: 3.6)),
        ]
    )
    func corrected(_ lanes: Int, _ published: Figure) throws {
        let measured = Figure(try (1...UInt64(10)).map { try Self.lastLength(lanes: lanes, seed: $0) })
        #expect(measured.distance(to: published) < 3, "\(measured)")
    }
}
