import ScenarioFiles
import Scenarios
import Testing

@Suite("Schedules of events")
struct EventScheduleTests {
    private func events(_ text: String) throws -> [RoutingEvent] {
        try EventSchedule.events(parsing: text, file: "events.yaml", for: .abilene)
    }

    @Test("every kind of event is read, routers by name or number")
    func kinds() throws {
        let names = NetworkTopology.abilene.names
        let neighbor = NetworkTopology.abilene.neighbors[0][0]
        let read = try events(
            """
            # A bad day.
            - {tick: 5, load: 2.5}
            - tick: 10
              fail-link: [\(names[0]), \(neighbor)]
            - {tick: 20, repair-link: [0, \(names[neighbor])]}
            - {tick: 30, fail-router: \(names[3])}
            - {tick: 40, repair-router: 3}
            - {tick: 50, traffic: gravity}
            - {tick: 60, traffic: {between: [[0], [1, 2]]}}
            """
        )
        let changes: [RoutingEvent.Change] = [
            .load(2.5), .linkFails(0, neighbor), .linkReturns(0, neighbor), .routerFails(3), .routerReturns(3),
            .traffic(.gravity), .traffic(.between([0], [1, 2], routerCount: 12)),
        ]
        let ticks: [UInt32] = [5, 10, 20, 30, 40, 50, 60]
        #expect(read == zip(ticks, changes).map { RoutingEvent(tick: $0, $1) })
    }

    @Test(
        "what is wrong is named with its line",
        arguments: [
            ("- {tick: 1, load: 2}\n- {tick: 2, load: much}", 2, "a number"),
            ("- {tick: 1, load: 2}\n\n- {load: 2}", 3, "needs the key \"tick\""),
            ("- {tick: 1, fail-link: [0, nowhere]}", 1, "nowhere"),
            ("- {tick: 1, fail-link: [0]}", 1, "two routers"),
            ("- {tick: 1, fail-link: [0, 11]}", 1, "none joins"),
            ("- {tick: 1, explode: 3}", 1, "explode"),
            ("- {tick: 1, repair-ruoter: 3}", 1, "did you mean repair-router"),
            ("- {tick: 1, load: 2", 2, "not YAML"),
            ("- {tick: 1, load: 2, fail-router: 3}", 1, "2 things"),
            ("tick: 1", 1, "list of events"),
        ] as [(String, Int, String)]
    )
    func mistakes(text: String, line: Int, part: String) throws {
        let error = #expect(throws: NetworkFileError.self) { try events(text) }
        #expect(error?.line == line)
        #expect(error?.reason.contains(part) == true, "\(error?.description ?? "")")
    }
}
