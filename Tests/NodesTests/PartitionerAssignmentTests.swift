import MasterNode
import Rounds
import TabularLearning
import Testing

@Suite("A partitioner with given shards")
struct PartitionerAssignmentTests {
    @Test("levels go where they are sent, and the rows of a shard are dense", arguments: [0, 1])
    func assignment(factor: Int) throws {
        let space = StateSpace(factors: [.init("a", count: 5), .init("b", count: 7)], actions: ["x", "y"])
        let shards = Array([2, 0, 2, 2, 0, 1, 2].prefix(space.factors[factor].levelCount))
        let partitioner = try Partitioner(
            rule: .cut,
            space: space,
            affinityFactor: factor,
            assignment: shards,
            shardCount: 3
        )
        let states = Array(0..<space.stateCount)
        var (places, counts) = ([Partitioner.Place](), [Int]())
        partitioner.locate(states, into: &places, counting: &counts)
        #expect(counts == partitioner.rowCounts)
        #expect(Set(places).count == places.count)
        for (state, place) in zip(states, places) {
            let shard = Int(place >> 32)
            #expect(shard == shards[space.levels(of: state)[factor]])
            #expect(Int(place & 0xFFFF_FFFF) < partitioner.rowCounts[shard])
        }
    }
}
