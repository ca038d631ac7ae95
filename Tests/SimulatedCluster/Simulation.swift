internal import MasterNode
internal import Rounds
internal import TabularLearning
internal import TurnOrders
internal import WireProtocol

/// Many seeds of the simulated cluster, each checked against the serial reference.
public struct Simulation: Sendable {
    /// A mistake that can be planted.
    public enum Defect: String, Sendable, CaseIterable {
        /// A worker that is given shards anew keeps the tables of those it had.
        case keepsShards = "keeps-shards"
        /// Nodes take up a frame as often as it comes.
        case takesFramesTwice = "takes-frames-twice"
        /// A checkpoint's manifest is written before its parts.
        case writesManifestFirst = "writes-manifest-first"
        /// A shard that is being given is sent rounds still, and its giver serves them.
        case servesWhileGiving = "serves-while-giving"
        /// A shard is given before the rounds that wait have been sent.
        case givesBeforeRounds = "gives-before-rounds"
        /// A shard's new owner is sent rounds before it has the cells.
        case servesBeforeCells = "serves-before-cells"
        /// A shard serves the rounds of actor processes in the order of their arrival.
        case servesOutOfTurn = "serves-out-of-turn"
    }

    /// What came of a seed.
    public struct Result: Sendable {
        /// What is wrong; `nil` when the run ended in the right bits.
        public var complaint: String?
        /// How often the run returned to a checkpoint.
        public var rollbacks: Int
        /// Checkpoints that were written.
        public var checkpoints: Int
        /// Shards that changed owners while rounds went on.
        public var moves: UInt64
        /// The faults that were planned.
        public var faults: Int
        /// What operators were told.
        public var reports: [String]
    }

    private let defects: SimulatedCluster.Defects
    private let references: [ActionValueTable]

    private static let runs: [SimulatedRun] = {
        var masked = SimulatedRun()
        masked.workers = 3
        masked.partition = .hash
        var plain = SimulatedRun()
        plain.hasMasks = false
        plain.cohorts = 3
        plain.cohortsPerMessage = 2
        plain.shards = 2
        plain.ties = .random
        var fresh = SimulatedRun()
        fresh.staleness = .fresh
        fresh.cohorts = 1
        fresh.checkpointRounds = 9
        var sum = SimulatedRun()
        sum.staleness = .fresh
        sum.aggregation = .sum
        sum.cohorts = 1
        sum.checkpointRounds = nil
        var plant = SimulatedRun()
        plant.isIrreversible = true
        plant.cohorts = 3
        plant.cohortsPerMessage = 3
        // Nothing is loaded when it is put back, so nothing but its epoch keeps what is late from it.
        var loggedPlant = plant
        loggedPlant.checkpointRounds = nil
        var freshPlant = sum
        freshPlant.isIrreversible = true
        freshPlant.checkpointRounds = 7
        var sarsa = masked
        sarsa.hasOffsets = false
        sarsa.update = UpdateRule(rawValue: "sarsa") ?? .qLearning
        var double = SimulatedRun()
        double.hasMasks = false
        double.ties = .random
        double.update = UpdateRule(rawValue: "double-q-learning") ?? .qLearning
        var doublePlant = plant
        doublePlant.hasOffsets = false
        doublePlant.update = double.update
        // Returns that wait in checkpoints, and moves of rows.
        var lambda = sarsa
        lambda.update = UpdateRule(rawValue: "sarsa-lambda:0.8:5") ?? .qLearning
        var maxmin = double
        maxmin.update = UpdateRule(rawValue: "maxmin-q-learning:3") ?? .qLearning
        maxmin.exploration = .boltzmann(temperature: .constant(0.7))
        var duel = plant
        duel.update = UpdateRule(rawValue: "dueling") ?? .qLearning
        // Copies that every shard makes in one round, also one that has nothing else to do; two values that move together.
        var copies = sarsa
        copies.update = UpdateRule(rawValue: "target-q-learning:3") ?? .qLearning
        var copyingPlant = plant
        copyingPlant.update = UpdateRule(rawValue: "target-q-learning:4") ?? .qLearning
        var actor = SimulatedRun()
        actor.hasMasks = false
        actor.update = UpdateRule(rawValue: "actor-critic:0.5") ?? .qLearning
        // A policy of which all three values move together, as moves and copies of rows carry them.
        var wolf = masked
        wolf.hasOffsets = false
        wolf.update = UpdateRule(rawValue: "wolf-phc:50:4:0.1") ?? .qLearning
        // Memories that checkpoints hold, with all that is drawn from them; the last two with moves and copies of rows besides.
        func replaying(_ replay: String, _ run: SimulatedRun) -> SimulatedRun {
            var run = run
            run.hasOffsets = false
            run.replay = Replay(rawValue: replay) ?? .none
            return run
        }
        let replays = [
            replaying("uniform:20:2", masked), replaying("prioritized:30:2:0.6:0.4", plain),
            replaying("dyna-q:2", fresh),
            replaying("dyna-q-plus:3:0.1", plain), replaying("prioritized-sweeping:3:0.01", masked),
            replaying("prioritized:20:1:1:1", duel), replaying("uniform:25:3", copyingPlant),
        ]
        // Sums over tiles, whose readings checkpoints hold: of one step, of returns, and kept by a log.
        func tiled(_ tilings: Int, _ run: SimulatedRun) -> SimulatedRun {
            var run = run
            run.tilings = tilings
            return run
        }
        let sums = [tiled(3, masked), tiled(4, lambda), tiled(2, fresh), tiled(3, plant)]
        let near =
            [SimulatedRun(), masked, plain, fresh, sum, plant, loggedPlant, freshPlant, sarsa, double]
            + [doublePlant, lambda, maxmin, duel, copies, copyingPlant, actor, wolf] + replays + sums
        let far = near.map { run in
            var run = run
            run.stepping = .apart
            return run
        }
        // Workers come and go, and each that comes is given shards.
        let elastic = near.map { run in
            var run = run
            run.isElastic = true
            run.shards = max(run.shards, 5)
            return run
        }
        // Cohorts with actor processes, which die and sleep as all others do.
        let apart = near.filter { !$0.isIrreversible }.enumerated().map { index, run in
            var run = run
            run.actors = min(run.cohorts, 1 + index % 3)
            run.stepping = index % 2 == 0 ? .apart : .automatic
            return run
        }
        // Whoever is ready goes on; what comes of it is what its log makes.
        let loose = zip(near, near.indices).filter { $0.0.cohorts > 1 }.map { run, index in
            var run = run
            run.cohorts = 3 + index % 2
            run.order = index.isMultiple(of: 2) ? .free : .bounded(by: 1 + index % 3)
            run.stepping = index % 3 == 0 ? .apart : .automatic
            return run
        }
        return near + far + elastic + apart + loose
    }()

    /// Prepares the runs and what they must end in.
    ///
    /// - Throws: `EnvironmentFailure` as every run; these have no cause.
    public init(planting defect: Defect? = nil) throws {
        var defects = SimulatedCluster.Defects()
        switch defect {
        case .keepsShards: defects.nodes = .keepsShards
        case .takesFramesTwice: defects.nodes = .takesFramesTwice
        case .writesManifestFirst: defects.writesManifestFirst = true
        case .servesWhileGiving: defects.nodes = .servesWhileGiving
        case .givesBeforeRounds: defects.nodes = .givesBeforeRounds
        case .servesBeforeCells: defects.nodes = .servesBeforeCells
        case .servesOutOfTurn: defects.nodes = .servesOutOfTurn
        case nil: break
        }
        self.defects = defects
        references = try Self.runs.map { try $0.referenceTable() }
    }

    /// Simulates a seed: it says the layout, the number of faults, the faults, and the order of everything.
    public func run(seed: UInt64) -> Result {
        var random = SplitMix64(state: SplitMix64.mix(seed))
        let choice = random.nextIndex(below: Self.runs.count)
        let run = Self.runs[choice]
        let faultCount = random.nextIndex(below: 9)
        var cluster = SimulatedCluster(
            run,
            workerCount: run.workers + random.nextIndex(below: 2),
            seed: random.next(),
            faultCount: faultCount,
            defects
        )
        let ending = cluster.play()
        return Result(
            complaint: complaint(ending, run, references[choice]).map { "\($0); \(cluster.situation)" },
            rollbacks: cluster.rollbackCount,
            checkpoints: cluster.checkpointCount,
            moves: cluster.moveCount,
            faults: faultCount,
            reports: cluster.reports
        )
    }

    private func complaint(
        _ ending: SimulatedCluster.Ending,
        _ run: SimulatedRun,
        _ reference: ActionValueTable
    ) -> String? {
        switch ending {
        case .stuck: "it did not end"
        case .failed(let reason): reason
        case .finished(let master):
            if master.table?.cells != (try? expected(of: master, run, reference))?.cells {
                run.order.isStrict ? "another table than the serial reference's" : "another table than its log makes"
            } else if let ledger = master.ledger, ledger.lost + ledger.duplicated > 0 {
                "\(ledger.lost) updates lost, \(ledger.duplicated) duplicated"
            } else {
                nil
            }
        }
    }

    /// What a run has to end in: the reference, or what its turns make one after another.
    private func expected(
        of master: Master,
        _ run: SimulatedRun,
        _ reference: ActionValueTable
    ) throws -> ActionValueTable {
        guard !run.order.isStrict else { return reference }
        guard let log = master.turns.log else { throw MasterFailure(.configuration, "there is no log") }
        return try run.table(of: log)
    }
}
