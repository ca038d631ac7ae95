import Foundation
import Scenarios
import Testing

@Suite("Network topologies")
struct TopologyTests {
    private let grid = NetworkTopology.grid6x6

    @Test("the irregular 6x6 grid has the routers, links, degrees, diameter and hop sum of the paper")
    func facts() {
        #expect(grid.routerCount == 36)
        #expect(grid.linkCount == 50)
        #expect(grid.diameter == 11)
        #expect(Set(grid.neighbors.map(\.count)) == [2, 3, 4])
        #expect(grid.distanceSum == 6092)
    }

    @Test("its halves meet at two links only")
    func halves() {
        let crossing = (0..<36).flatMap { router in
            grid.neighbors[router].filter { router % 6 <= 2 && $0 % 6 >= 3 }.map { [router, $0] }
        }
        #expect(crossing == [[20, 21], [32, 33]])
    }

    @Test(
        "distances are symmetric and each is one more than some neighbour's",
        arguments: ["grid6x6", "geant", "gabriel:60:1"]
    )
    func distances(name: String) throws {
        let network = try RoutingNetwork(name).topology
        for a in 0..<network.routerCount {
            for b in 0..<network.routerCount where a != b {
                #expect(network.distance(a, b) == network.distance(b, a))
                #expect(network.neighbors[a].map { network.distance($0, b) }.min() == network.distance(a, b) - 1)
            }
        }
    }

    @Test(
        "the built-in backbones have the routers, links, diameter and mean hops of their sources",
        arguments: [("abilene", 12, 15, 5, 2.5), ("geant", 22, 36, 5, 2.532), ("nsfnet14", 14, 21, 3, 2.143)]
    )
    func backbones(name: String, routers: Int, links: Int, diameter: Int, hops: Double) throws {
        let network = try RoutingNetwork(name).topology
        #expect(network.routerCount == routers)
        #expect(network.linkCount == links)
        #expect(network.diameter == diameter)
        #expect(abs(Double(network.distanceSum) / Double(routers * (routers - 1)) - hops) < 0.001)
        #expect(network.positions.count == routers)
        #expect(network.isNamed)
    }

    @Test("routers are found by name")
    func names() throws {
        #expect(try NetworkTopology.abilene.router(named: "NYCMng") == 8)
        #expect(try NetworkTopology.abilene.router(named: "8") == 8)
        #expect(throws: ScenarioError("no router 'Rome': there are 0, 1")) {
            try NetworkTopology.pair.router(named: "Rome")
        }
    }

    @Test(
        "generated networks have the routers and links of their kind",
        arguments: [
            ("grid:3x4", 12, 17), ("grid:1x2", 2, 1), ("torus:3x4", 12, 24), ("ring:7", 7, 7), ("gabriel:2:9", 2, 1),
        ]
    )
    func generated(specification: String, routers: Int, links: Int) throws {
        let network = try RoutingNetwork(specification)
        #expect(network.name == specification)
        #expect(network.topology.routerCount == routers)
        #expect(network.topology.linkCount == links)
    }

    @Test("a Gabriel graph joins exactly the pairs whose circle is empty")
    func gabriel() {
        let network = NetworkTopology.gabriel(80, seed: 3)
        let places = network.positions
        func squared(_ a: Int, _ b: Int) -> Double {
            (places[a].x - places[b].x) * (places[a].x - places[b].x)
                + (places[a].y - places[b].y) * (places[a].y - places[b].y)
        }
        for a in 0..<80 {
            for b in 0..<80 where a != b {
                let isEmpty = (0..<80).allSatisfy { c in
                    c == a || c == b || squared(a, c) + squared(b, c) >= squared(a, b)
                }
                #expect(network.neighbors[a].contains(b) == isEmpty)
            }
        }
        #expect(network == .gabriel(80, seed: 3))
        #expect(network != .gabriel(80, seed: 4))
    }

    @Test(
        "a specification that makes no sense gets a message",
        arguments: [
            "", "paris", "grid", "grid:0x4", "grid:3", "grid:99999x2", "grid:4096x4096", "torus:2x9", "torus:axb",
            "ring:2",
            "ring:-3", "gabriel:10", "gabriel:1:0", "gabriel:10:-1", "gabriel:10:0:0", "ring:99999999999999999999",
        ]
    )
    func nonsense(specification: String) {
        #expect(throws: ScenarioError.self) { try RoutingNetwork(specification) }
    }

    @Test(
        "links that make no network get a message that says which",
        arguments: [
            ([(0, 1), (2, 3)], "no path leads from router 'a' to router 'c'"),
            ([(0, 1), (1, 0), (1, 2), (2, 3)], "two links join routers 'a' and 'b'"),
            ([(0, 0)], "a link joins router 'a' to itself"),
            ([(0, 7)], "a link joins routers 0 and 7, of which there are 4"),
        ]
    )
    func badLinks(links: [(Int, Int)], message: String) {
        #expect(throws: ScenarioError(message)) {
            try NetworkTopology(checking: links, routerCount: 4, names: ["a", "b", "c", "d"])
        }
    }

    @Test("a scenario comes back from JSON with its network, by name or whole")
    func coding() throws {
        let own = NetworkTopology(routerCount: 3, links: [(0, 1), (1, 2)], names: ["a", "b", "c"])
        for network in [.geant, try RoutingNetwork("gabriel:20:5"), RoutingNetwork(imported: "mine", topology: own)] {
            var scenario = RoutingScenario()
            scenario.network = network
            if network.topology == own { scenario.trafficMatrix = .weights([0, 1, 2, 3, 0, 4, 5, 6, 0]) }
            let data = try JSONEncoder().encode(scenario)
            let read = try JSONDecoder().decode(RoutingScenario.self, from: data)
            #expect(read == scenario)
            try read.check()
        }
        #expect(throws: DecodingError.self) {
            try JSONDecoder().decode(
                RoutingNetwork.self,
                from: Data(#"{"name": "x", "topology": {"nodes": ["a", "b", "c"], "links": [[0, 1]]}}"#.utf8)
            )
        }
    }

    @Test("shares add up to one and follow the matrix")
    func shares() {
        let path = NetworkTopology(routerCount: 3, links: [(0, 1), (1, 2)])
        #expect(TrafficMatrix.uniform.shares(of: path)[1] == 1.0 / 6)
        #expect(TrafficMatrix.gravity.shares(of: path) == [0, 0.2, 0.1, 0.2, 0, 0.2, 0.1, 0.2, 0])
        #expect(TrafficMatrix.weights([0, 3, 0, 0, 0, 1, 0, 0, 0]).shares(of: path)[1] == 0.75)
    }

    @Test(
        "a traffic matrix that makes no sense gets a message",
        arguments: [[1.0], [0, 0, 0, 0], [0, -1, 0, 0], [1, 1, 0, 0], [0, .infinity, 0, 0]]
    )
    func badMatrix(weights: [Double]) {
        #expect(throws: ScenarioError.self) { try TrafficMatrix.weights(weights).check(for: .pair) }
    }
}
