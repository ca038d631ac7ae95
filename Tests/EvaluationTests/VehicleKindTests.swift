import Evaluation
import Scenarios
import TabularLearning
import Testing

@Suite("Kinds of vehicles")
struct VehicleKindTests {
    private static let interval = TrafficScenario().decisionInterval

    private static func evaluation(
        _ kinds: String?,
        weights: String? = nil,
        priority: String? = nil,
        reward: String = "waiting"
    ) throws -> TrafficEvaluation {
        var scenario = TrafficScenario(layout: .grid)
        (scenario.rows, scenario.columns) = (2, 2)
        scenario.reward = try SignalReward(reward)
        if let kinds { scenario.kinds = try VehicleKind.kinds(kinds, weights: weights, priority: priority) }
        return try TrafficEvaluation(scenario: scenario, seeds: [1], seconds: 1800)
    }

    private static let greedy = GreedyController(decisionInterval: interval)

    @Test("telling kinds apart changes nothing in the street, and what they have lost adds up to the delay")
    func sums() throws {
        let plain = try Self.evaluation(nil).run(Self.greedy, seed: 1)
        #expect(plain.kinds.isEmpty)
        let one = try Self.evaluation("car=1").run(Self.greedy, seed: 1)
        #expect(one.counters == plain.counters)
        #expect(one.kinds.map(\.demanded) == [plain.counters.demanded])
        #expect(one.kinds.map(\.lost) == [Double(plain.counters.queued + plain.counters.heldBack)])
        let two = try Self.evaluation("bus=0.25,car=0.75").run(Self.greedy, seed: 1)
        #expect(two.counters == plain.counters)
        #expect(two.kinds.reduce(0) { $0 + $1.demanded } == plain.counters.demanded)
        #expect(two.kinds.reduce(0) { $0 + $1.lost } == Double(plain.counters.queued + plain.counters.heldBack))
        #expect((0.2...0.3).contains(Double(two.kinds[0].demanded) / Double(plain.counters.demanded)))
    }

    @Test("a vehicle is of the same kind whatever the signals do, and more of a kind are more of the same")
    func draws() throws {
        let evaluation = try Self.evaluation("bus=0.1")
        let buses = [
            evaluation.run(Self.greedy, seed: 1), evaluation.run(evaluation.fixedTime(), seed: 1),
        ].map { $0.kinds[0].demanded }
        #expect(Set(buses).count == 1)
        let more = try Self.evaluation("bus=0.2").run(Self.greedy, seed: 1).kinds[0].demanded
        #expect(more > buses[0])
    }

    @Test("a weight counts so many vehicles", arguments: ["waiting", "queue", "waiting,queue=0.5"])
    func weights(terms: String) throws {
        func reward(_ weight: String) throws -> Double {
            try #require(
                try Self.evaluation("car=1", weights: "car=\(weight)", reward: terms).run(Self.greedy, seed: 1).reward
            )
        }
        let (three, six) = (try reward("3"), try reward("6"))
        #expect(three < 0 && abs(six / three - 2) < 1e-3)
        // Of no kind there is nobody, whatever he would weigh.
        let none = try Self.evaluation("bus=0", weights: "bus=100", reward: "queue").run(Self.greedy, seed: 1).reward
        let plain = try Self.evaluation(nil, reward: "queue").run(Self.greedy, seed: 1).reward
        #expect(none == plain)
    }

    @Test("who has priority loses less, whoever controls, and the envelope holds")
    func priority() throws {
        let (with, without) = (
            try Self.evaluation("bus=0.02", priority: "bus"), try Self.evaluation("bus=0.02")
        )
        let controllers: [any SignalController] = [
            Self.greedy, GapActuatedController(), with.fixedTime(),
            MaxPressureController(decisionInterval: Self.interval),
        ]
        for controller in controllers {
            let (one, other) = (with.run(controller, seed: 1), without.run(controller, seed: 1))
            #expect(one.kinds[0].demanded == other.kinds[0].demanded)
            #expect(one.kinds[0].delay < 0.7 * other.kinds[0].delay, "\(controller.name)")
            #expect(one.violations.total == 0, "\(controller.name)")
        }
    }

    @Test(
        "what are no kinds is refused with what would be right",
        arguments: [
            ("bus=2", nil, nil, "0...1"), ("bus=x", nil, nil, "no number"), ("", nil, nil, "small letters"),
            ("bus=nan", nil, nil, "0...1"), ("bus=0.1,bus=0.2", nil, nil, "twice"), ("Bus", nil, nil, "small letters"),
            ("bus=0.6,car=0.6", nil, nil, "above 1"), ("bus", "buss=2", nil, "did you mean bus"),
            ("bus", "bus", nil, "needs a weight"), ("bus", "bus=-1", nil, "0...1000000"),
            ("bus", "bus=inf", nil, "0...1000000"), ("bus", nil, "tram", "tram"), ("bus", nil, "bus=1", "says nothing"),
            ("a,b,c,d,e,f,g,h,i", nil, nil, "more than 8"),
        ] as [(String, String?, String?, String)]
    )
    func refusals(kinds: String, weights: String?, priority: String?, words: String) {
        let error = #expect(throws: ScenarioError.self) {
            try VehicleKind.kinds(kinds, weights: weights, priority: priority)
        }
        #expect(error?.description.contains(words) == true, "\(error?.description ?? "")")
    }
}
