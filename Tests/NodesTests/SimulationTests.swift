import SimulatedCluster
import Testing

@Suite("A simulated cluster in which everything goes wrong")
struct SimulationTests {
    @Test("ends in the bits of the serial reference, whatever fails and in whatever order things happen")
    func manySeeds() throws {
        let simulation = try Simulation()
        var (faults, rollbacks, checkpoints, moves) = (0, 0, 0, 0 as UInt64)
        for seed in 1...2000 as ClosedRange<UInt64> {
            let result = simulation.run(seed: seed)
            let again = "swift run -c release cluster-simulator --first \(seed) --seeds 1 --verbose"
            #expect(result.complaint == nil, "again: \(again)")
            faults += result.faults
            rollbacks += result.rollbacks
            checkpoints += result.checkpoints
            moves += result.moves
        }
        // It would prove nothing if nothing went wrong.
        #expect(faults > 4000 && rollbacks > 1000 && checkpoints > 2000 && moves > 300)
    }

    @Test("finds each mistake that is planted", arguments: Simulation.Defect.allCases)
    func plantedDefects(_ defect: Simulation.Defect) throws {
        let simulation = try Simulation(planting: defect)
        let isFound = (1...20_000 as ClosedRange<UInt64>).contains { simulation.run(seed: $0).complaint != nil }
        #expect(isFound)
    }

    @Test("a seed tells the same story every time")
    func repeatable() throws {
        let simulation = try Simulation()
        for seed in [3, 465, 6112] as [UInt64] {
            let (one, other) = (simulation.run(seed: seed), simulation.run(seed: seed))
            #expect(one.reports == other.reports && one.rollbacks == other.rollbacks)
        }
    }
}
