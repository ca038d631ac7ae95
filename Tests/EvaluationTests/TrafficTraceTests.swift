import Evaluation
import Scenarios
import TabularLearning
import Testing

@Suite("Traffic runs second by second")
struct TrafficTraceTests {
    private func evaluation(seeds: Int = 1, seconds: Int = 600) throws -> TrafficEvaluation {
        var scenario = TrafficScenario()
        (scenario.rows, scenario.columns) = (1, 3)
        return try TrafficEvaluation(scenario: scenario, seeds: TrafficEvaluation.seeds(seeds), seconds: seconds)
    }

    @Test("the greens of a fixed plan are as long as the plan says")
    func greens() throws {
        let evaluation = try evaluation()
        let plan = FixedTimeController(greens: Array(repeating: [20, 6, 15, 7], count: 3))
        let trace = try #require(evaluation.measure(plan, seed: 1, isRecorded: true).trace)
        #expect(trace.seconds == 600)
        let greens = trace.greens(of: 1)
        for green in greens.dropFirst().dropLast() { #expect(green.seconds.count == [20, 6, 15, 7][green.phase]) }
        // Between two greens lie yellow and all-red.
        for (one, next) in zip(greens, greens.dropFirst()) {
            #expect(next.seconds.lowerBound - one.seconds.upperBound == 4)
            #expect(next.phase == (one.phase + 1) % 4)
        }
    }

    @Test("recording changes nothing, and the course of the queue averages to the mean queue")
    func recording() throws {
        let evaluation = try evaluation()
        let plain = evaluation.measure(evaluation.fixedTime(), seed: 1)
        let recorded = evaluation.measure(evaluation.fixedTime(), seed: 1, isRecorded: true)
        #expect(plain.metrics == recorded.metrics)
        #expect(plain.trace == nil)
        #expect(plain.queueCourse.count == 10)
        let mean = plain.queueCourse.reduce(0, +) / 10
        #expect(abs(mean - plain.metrics.meanQueue) < 1e-9)
    }

    @Test("the plan that results from a fixed plan is that plan")
    func resultingPlan() async throws {
        let evaluation = try evaluation(seeds: 2, seconds: 3600)
        let greens = Array(repeating: [20, 6, 15, 7], count: 3)
        let plan = try await ResultingPlan(of: FixedTimeController(greens: greens), in: evaluation)
        #expect(plan.greens == greens)
        #expect(plan.planDelay == plan.controllerDelay)
    }

    @Test("all cores give what one gives")
    func parallel() async throws {
        let evaluation = try evaluation(seeds: 3)
        let controllers: [any SignalController] = [evaluation.fixedTime(), GreedyController(decisionInterval: 5)]
        let parallel = try await evaluation.results(of: controllers)
        #expect(parallel.comparison == evaluation.compare(controllers))
        #expect(parallel.queueCourses.map(\.courses.count) == [3, 3])
    }

    @Test("the longest way through a row of junctions leads along the row")
    func arterial() throws {
        let network = try RoadNetwork.grid(rows: 1, columns: 3)
        let arterial = try #require(Arterial.longest(in: network))
        #expect(arterial.sections.count == 3)
        #expect(network.roads[arterial.sections[0].road].entryAxis == .eastWest)
        let intersections = arterial.sections.map(\.intersection)
        #expect(intersections == [0, 1, 2] || intersections == [2, 1, 0])
        #expect(arterial.isGreen(arterial.sections[0], inPhase: 2, of: network))
        #expect(!arterial.isGreen(arterial.sections[0], inPhase: 0, of: network))
        #expect(!arterial.isGreen(arterial.sections[0], inPhase: nil, of: network))
    }
}

@Suite("Explained signal decisions")
struct SignalExplanationTests {
    private static let scenario: TrafficScenario = {
        var scenario = TrafficScenario()
        (scenario.rows, scenario.columns) = (1, 2)
        scenario.sharesTable = false
        return scenario
    }()

    /// A table with one known row: at r0c1 the north-south through phase is green, and vehicles wait for others.
    private func explanation(_ cells: [(value: Float, visits: UInt32)]) throws -> SignalExplanation {
        let space = Self.scenario.space
        // Intersection 1, phase 0, classes 0, 1, 3, 3.
        let state = space.index([1, 0, 0, 1, 3, 3])
        var table = ActionValueTable(
            rowCount: Int(space.stateCount),
            actionCount: space.actionCount,
            initialValue: 0
        )
        var updates = Updates()
        for (action, cell) in cells.enumerated() {
            for _ in 0..<cell.visits {
                updates.states.append(state)
                updates.columns.append(UInt8(action))
                updates.targets.append(cell.value)
            }
        }
        table.apply(updates, stepSize: .constant(1))
        return SignalExplanation(state, table: table, scenario: Self.scenario)
    }

    @Test("a value becomes waiting ahead: times reward scale times interval, and the margin is their difference")
    func margin() throws {
        let explanation = try explanation([(-4, 30), (0, 0), (-2, 20), (-2.5, 5)])
        #expect(explanation.present == "north-south through")
        #expect(explanation.choices.map(\.cost) == [200, 0, 100, 125])
        #expect((explanation.chosen, explanation.runnerUp) == (2, 3))
        #expect(explanation.margin == 25)
        #expect(explanation.fallback == ["east-west through", "east-west left"])
        let text = explanation.text
        #expect(text.contains("intersection r0c1; green is north-south through"))
        #expect(
            text.contains("It changes to east-west through, if the safety envelope allows it: 25.0 vehicle-seconds")
        )
        #expect(text.contains("→ east-west through") && text.contains("never"))
        #expect(text.contains("agree: the phase with most vehicles: east-west through or east-west left"))
    }

    @Test("where nothing was tried, the fallback decides, and a choice that was hardly tried is called that")
    func unknown() throws {
        #expect(try explanation([]).text.contains("Nothing was tried here in training, so the fallback rule decides"))
        let single = try explanation([(-4, 1)]).text
        #expect(single.contains("keeps north-south through") && single.contains("nothing else was tried"))
        #expect(single.contains("a single try") && single.contains("not agree"))
    }
}
