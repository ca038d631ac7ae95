public import ArgumentParser
internal import Dispatch
internal import Foundation
public import SimulatedCluster
internal import Synchronization

/// Simulates many seeds on all processors.
struct ClusterSimulator: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cluster-simulator",
        abstract: "Run a simulated cluster through faults, one schedule a seed; every run must end in the right bits.",
        discussion: """
            Examples:
              cluster-simulator --seeds 10000
              cluster-simulator --first 4711 --seeds 1 --verbose
              cluster-simulator --plant takes-frames-twice
            """
    )

    @Option(help: "How many seeds.")
    var seeds = 10_000

    @Option(help: "The first seed.")
    var first: UInt64 = 1

    @Option(help: "A mistake to plant, which has to be found.")
    var plant: Simulation.Defect?

    @Flag(help: "Print what operators would have been told.")
    var verbose = false

    func run() throws {
        let simulation = try Simulation(planting: plant)
        let total = Mutex(Total())
        let begin = ContinuousClock.now
        DispatchQueue.concurrentPerform(iterations: seeds) { offset in
            if plant != nil, total.withLock({ !$0.complaints.isEmpty }) { return }
            let seed = first + UInt64(offset)
            let result = simulation.run(seed: seed)
            total.withLock { $0.add(result, seed: seed) }
            if verbose { for report in result.reports { print(report) } }
        }
        let sum = total.withLock { $0 }
        let seconds = (ContinuousClock.now - begin) / .seconds(1)
        print(
            "\(sum.count) seeds in \(String(format: "%.1f", seconds)) s: \(sum.faults) faults, \(sum.rollbacks) rollbacks, "
                + "\(sum.moves) moves, \(sum.checkpoints) checkpoints, \(sum.complaints.count) wrong"
        )
        for (seed, complaint) in sum.complaints.sorted(by: { $0.key < $1.key }).prefix(10) {
            let planted = plant.map { " --plant \($0.rawValue)" } ?? ""
            print(
                "seed \(seed): \(complaint)\n  again: cluster-simulator --first \(seed) --seeds 1 --verbose\(planted)"
            )
        }
        if sum.complaints.isEmpty != (plant == nil) { throw ExitCode(1) }
    }

    private struct Total {
        var count = 0
        var faults = 0
        var rollbacks = 0
        var checkpoints = 0
        var moves: UInt64 = 0
        var complaints: [UInt64: String] = [:]

        mutating func add(_ result: Simulation.Result, seed: UInt64) {
            count += 1
            faults += result.faults
            rollbacks += result.rollbacks
            checkpoints += result.checkpoints
            moves += result.moves
            complaints[seed] = result.complaint
        }
    }
}

extension Simulation.Defect: ExpressibleByArgument {}

ClusterSimulator.main()
