import Evaluation
import LinearProgramming
import Scenarios
import Testing

@Suite("Bounds on the load")
struct SustainableLoadTests {
    private static let cutGrid: RoutingNetwork = {
        let grid = NetworkTopology.grid6x6
        return RoutingNetwork(
            imported: "cut",
            topology: NetworkTopology(routerCount: 36, links: grid.links.filter { $0 != (20, 21) })
        )
    }()

    @Test(
        "the best routing sustains the loads of the literature and of an independent computation",
        arguments: [
            (.grid6x6, .node, .tick, 35.0 / 9), (.grid6x6, .node, .bl94, 4.35986), (cutGrid, .node, .tick, 1.94745),
            (.abilene, .node, .tick, 3.220), (.abilene, .link, .tick, 7.333), (.geant, .node, .tick, 5.004),
            (.geant, .link, .tick, 19.25),
        ] as [(RoutingNetwork, RoutingScenario.Model, RoutingScenario.Rules, Double)]
    )
    func best(
        network: RoutingNetwork,
        model: RoutingScenario.Model,
        rules: RoutingScenario.Rules,
        expected: Double
    ) throws {
        let bound = SustainableLoad(network.topology, .uniform, model: model, rules: rules)
        let load = try bound.ofBestRouting(GLPKSolver())
        #expect(abs(load - expected) < 0.0006 * expected, "\(load)")
    }

    @Test(
        "shortest paths saturate where an independent computation says",
        arguments: [
            (.grid6x6, .node, .tick, 2.2039), (.grid6x6, .node, .bl94, 2.3476), (.abilene, .node, .tick, 2.444),
            (.abilene, .link, .tick, 7.040), (.geant, .node, .tick, 2.406), (.geant, .link, .tick, 10.79),
        ] as [(RoutingNetwork, RoutingScenario.Model, RoutingScenario.Rules, Double)]
    )
    func shortestPaths(
        network: RoutingNetwork,
        model: RoutingScenario.Model,
        rules: RoutingScenario.Rules,
        expected: Double
    ) {
        let bound = SustainableLoad(network.topology, .uniform, model: model, rules: rules)
        #expect(abs(bound.ofShortestPaths - expected) < 0.0005 * expected, "\(bound.ofShortestPaths)")
    }

    @Test("mean hops are those of the grid's 1260 pairs")
    func hops() {
        let bound = SustainableLoad(.grid6x6, .uniform, model: .node, rules: .tick)
        #expect(abs(bound.meanHops - 6092.0 / 1260) < 1e-9)
    }

    @Test("a path of three: the router between carries its own packets and those that pass")
    func path() throws {
        let path = NetworkTopology(routerCount: 3, links: [(0, 1), (1, 2)])
        // Of six pairs two start at each router and two more pass the middle: its server has 4/6 of the load.
        let tick = SustainableLoad(path, .uniform, model: .node, rules: .tick)
        #expect(abs(tick.ofShortestPaths - 1.5) < 1e-12)
        #expect(abs(try tick.ofBestRouting(GLPKSolver()) - 1.5) < 1e-9)
        let free = SustainableLoad(path, .uniform, model: .node, rules: .bl94)
        #expect(abs(try free.ofBestRouting(GLPKSolver()) - 3) < 1e-9)
        let given = SustainableLoad(path, .weights([0, 0, 1, 0, 0, 0, 0, 0, 0]), model: .link, rules: .tick)
        #expect(abs(try given.ofBestRouting(GLPKSolver()) - 1) < 1e-9)
    }

    @Test(
        "bounds without a solver enclose the optimum, however little time they have, and meet",
        arguments: [
            (.grid6x6, .node, .tick, 35.0 / 9), (.grid6x6, .node, .bl94, 4.35986), (cutGrid, .node, .tick, 1.94745),
            (.abilene, .node, .tick, 3.2195), (.abilene, .link, .tick, 7.3333), (.geant, .node, .tick, 5.0036),
            (.geant, .link, .tick, 19.25),
        ] as [(RoutingNetwork, RoutingScenario.Model, RoutingScenario.Rules, Double)]
    )
    func bounds(
        network: RoutingNetwork,
        model: RoutingScenario.Model,
        rules: RoutingScenario.Rules,
        expected: Double
    ) {
        let load = SustainableLoad(network.topology, .uniform, model: model, rules: rules)
        var seen: [LoadBounds] = []
        // By links GEANT's bounds approach each other slowly; 5 % is what a slow machine reaches as well.
        let gap = expected > 19 ? 0.05 : 0.02
        let close = load.bestRouting(within: gap, limit: .seconds(60)) { seen.append($0) }
        for bounds in [load.bestRouting(within: 0, limit: .zero), close] + seen {
            #expect(bounds.atLeast < expected * 1.0001 && bounds.atMost > expected * 0.9999, "\(bounds)")
        }
        #expect(close.gap <= gap && !seen.isEmpty, "\(close)")
    }

    @Test("where no server is ever used there is no bound")
    func unbounded() {
        let pair = SustainableLoad(.pair, .uniform, model: .node, rules: .bl94)
        #expect(pair.bestRouting(within: 0.01, limit: .seconds(1)) == LoadBounds(atLeast: .infinity, atMost: .infinity))
    }

    @Test("a linear program that takes too long is given up")
    func limit() throws {
        let load = SustainableLoad(try RoutingNetwork("gabriel:100:1").topology, .uniform, model: .node, rules: .tick)
        #expect { try load.ofBestRouting(GLPKSolver(), seconds: 1) } throws: { "\($0)".contains("--best bounds") }
    }
}
