import SUMOSimulation
import Testing

@Suite("What lies upstream of a short lane")
struct UpstreamTests {
    private typealias Way = SUMONetwork.UpstreamSearch.Way

    private static func stretches(
        _ lengths: [String: Double],
        _ ways: [Way],
        before approaches: [String]
    ) -> [SUMONetwork.Stretch] {
        var search = SUMONetwork.UpstreamSearch(reach: 50, lengths: lengths, ways: ways)
        return search.stretches(before: approaches)
    }

    @Test("a lane as long as the detectors reach has nothing upstream")
    func long() {
        #expect(Self.stretches(["a": 50, "b": 100], [Way(from: "b", to: "a")], before: ["a"]).isEmpty)
    }

    @Test("the reach goes on over pieces and the junctions between them")
    func chain() {
        let found = Self.stretches(
            ["a": 1, ":m": 4, "b": 10, "c": 200],
            [Way(from: "b", to: "a", inside: [":m"]), Way(from: "c", to: "b")],
            before: ["a"]
        )
        #expect(found.map(\.lane) == [":m", "b", "c"])
        #expect(found.map(\.start) == [0, 0, 165])
        #expect(found.allSatisfy { $0.parts.map(\.share) == [1] })
    }

    @Test("a lane that leads to several counts for each with its share, one with several predecessors sees all of them")
    func split() {
        let found = Self.stretches(
            ["left": 30, "right": 30, "u": 100, "v": 100],
            [Way(from: "u", to: "left"), Way(from: "u", to: "right"), Way(from: "v", to: "right")],
            before: ["left", "right"]
        )
        #expect(found.map(\.lane) == ["u", "v"])
        #expect(found[0].parts.map(\.approach) == [0, 1])
        #expect(found[0].parts.map(\.share) == [0.5, 0.5])
        #expect(found[0].start == 80)
        #expect(found[1].parts.map(\.share) == [1])
    }

    @Test("another light ends the search unless there is no room for a vehicle before this one")
    func otherLight() {
        let ways = [Way(from: "b", to: "a", isControlled: true)]
        #expect(Self.stretches(["a": 20, "b": 100], ways, before: ["a"]).isEmpty)
        #expect(Self.stretches(["a": 5, "b": 100], ways, before: ["a"]).map(\.lane) == ["b"])
    }

    @Test("a ring of short lanes ends")
    func ring() {
        let found = Self.stretches(
            ["a": 1, "b": 1],
            [Way(from: "b", to: "a"), Way(from: "a", to: "b")],
            before: ["a"]
        )
        #expect(found.map(\.lane) == ["b"])
    }
}
