import TabularLearning
import Testing

@Suite("State spaces")
struct StateSpaceTests {
    private let space = StateSpace(
        factors: [.init("router", count: 3), .init("phase", levels: ["red", "green"]), .init("queue", count: 5)],
        actions: ["stay", "go"]
    )

    @Test("indices and levels are inverse for every state")
    func roundTrip() {
        #expect(space.stateCount == 30)
        for state in 0..<space.stateCount { #expect(space.index(space.levels(of: state)) == state) }
    }

    @Test("a state is described by the names of its levels")
    func description() {
        #expect(space.describe(space.index([2, 1, 4])) == "router 2, phase green, queue 4")
    }

    @Test("the stride of a factor is the product of the less significant level counts")
    func strides() {
        #expect((0..<3).map { space.stride(ofFactor: $0) } == [10, 5, 1])
    }
}
