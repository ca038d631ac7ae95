import Scenarios
import Testing

@Suite("The irregular 6x6 grid")
struct TopologyTests {
    private let grid = NetworkTopology.grid6x6

    @Test("has the routers, links, degrees, diameter and hop sum of the paper")
    func facts() {
        #expect(grid.routerCount == 36)
        #expect(grid.linkCount == 50)
        #expect(grid.diameter == 11)
        #expect(Set(grid.neighbors.map(\.count)) == [2, 3, 4])
        #expect(grid.distances.reduce(0, +) == 6092)
    }

    @Test("its halves meet at two links only")
    func halves() {
        let crossing = (0..<36).flatMap { router in
            grid.neighbors[router].filter { router % 6 <= 2 && $0 % 6 >= 3 }.map { [router, $0] }
        }
        #expect(crossing == [[20, 21], [32, 33]])
    }

    @Test("distances are symmetric and each is one more than some neighbour's")
    func distances() {
        for a in 0..<36 {
            for b in 0..<36 where a != b {
                #expect(grid.distance(a, b) == grid.distance(b, a))
                #expect(grid.neighbors[a].map { grid.distance($0, b) }.min() == grid.distance(a, b) - 1)
            }
        }
    }
}
