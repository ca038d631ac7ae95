import Evaluation
import Sweeps
import Testing

@Suite("The result of a sweep")
struct SweepResultTests {
    private static let delay = GreedyCourse.Figure(name: "delay", unit: "s/vehicle", preference: .lower)

    private static func plan(_ count: Int, seeds: Int) -> SweepPlan {
        var plan = SweepPlan(scenario: "traffic")
        plan.settings = (0..<count).map { [.init("epsilon", ["0.\($0 + 1)"])] }
        plan.seeds = (1...seeds).map { UInt64($0) }
        return plan
    }

    private static func runs(_ values: [[Double]], steps: [UInt64]? = nil) -> [SweepResult.Run] {
        values.enumerated().flatMap { setting, values in
            values.enumerated().map { seed, value in
                SweepResult.Run(
                    setting: setting + 1,
                    seed: UInt64(seed + 1),
                    steps: steps?[setting] ?? 1_000_000,
                    values: [value - 1, value + 1],
                    grows: nil,
                    tableDigest: "d",
                    folder: "f"
                )
            }
        }
    }

    private static func result(
        _ values: [[Double]],
        steps: [UInt64]? = nil,
        rungs: [UInt64] = []
    ) throws -> SweepResult {
        var plan = plan(values.count, seeds: values[0].count)
        plan.rungs = rungs
        return try #require(SweepResult(plan, delay, runs: runs(values, steps: steps)))
    }

    @Test("the best is certain where each other setting is worse on every seed by far")
    func certain() throws {
        let result = try Self.result([
            [40, 41, 42, 40.5, 41.5], [30, 31.1, 31.9, 30.4, 31.6], [35, 36.2, 37, 35.4, 36.6],
        ])
        #expect(result.settings.map(\.number) == [2, 3, 1])
        #expect(result.settings.map(\.standing) == [.best, .worse, .worse] && result.isCertain)
        #expect(result.settings[0].worstSeed == 3 && result.settings[0].worst == 31.9)
        #expect(result.verdict.hasPrefix("Best: epsilon 0.2, with delay 31.00 ± 0.99 s/vehicle over 5"))
        #expect(result.verdict.contains("certain: each of the 2 other settings is worse"))
        let difference = try #require(result.settings[1].difference)
        #expect(abs(difference.mean - 5.04) < 1e-9 && difference.seedsWon == 0)
    }

    @Test("differences are paired: what all seeds share does not hide them")
    func paired() throws {
        let shared = [0.0, 50, 20, 80, 35]
        let result = try Self.result([
            shared.map { $0 + 10 }, zip(shared, [0, 0.1, -0.1, 0.05, 0]).map { $0 + 12 + $1 },
        ])
        #expect(result.settings[1].standing == .worse && result.isCertain)
    }

    @Test("one that is worse by itself is not called worse among many: the number of comparisons counts")
    func corrected() throws {
        // p = 0.02 alone.
        let close = [[10, 10, 10, 10, 10], [10.2, 11, 10.1, 11.2, 10.9]]
        let alone = try Self.result(close)
        #expect(alone.settings[1].standing == .worse)
        let others = (0..<6).map { index in close[1].map { $0 + 0.001 * Double(index + 1) } }
        let many = try Self.result(close + others)
        #expect(many.settings.dropFirst().allSatisfy { $0.standing == .undecided } && !many.isCertain)
        #expect(many.verdict.contains("not certain") && many.verdict.contains("More training seeds"))
    }

    @Test("settings that are equal on every seed are said to be, and nothing is certain then")
    func equal() throws {
        let result = try Self.result([[0.8, 0.8, 0.8], [0.8, 0.8, 0.8], [0.9, 0.9, 0.9]])
        #expect(result.settings.map(\.standing) == [.best, .equal, .worse] && !result.isCertain)
        #expect(result.verdict.contains("equal on every seed to (epsilon 0.2)"))
    }

    @Test("one training seed says nothing of certainty")
    func oneSeed() throws {
        let result = try Self.result([[1], [2]])
        #expect(!result.isCertain && result.settings[1].standing == .undecided && result.settings[0].lower == nil)
        #expect(result.verdict.contains("Nobody knows"))
    }

    @Test("a setting of an earlier rung is not compared, and one whose figure grows is behind all others")
    func droppedAndGrowing() throws {
        let result = try Self.result(
            [[1, 1.1], [2, 2.1], [3, 3.1]],
            steps: [1000, 4000, 4000],
            rungs: [1000, 4000]
        )
        #expect(result.settings.map(\.number) == [2, 3, 1] && result.settings[2].standing == .dropped)
        #expect(result.verdict.contains("1 setting was dropped"))
        let growing = Self.runs([[1, 1], [2, 2]]).map { run in
            SweepResult.Run(
                setting: run.setting,
                seed: run.seed,
                steps: run.steps,
                values: run.values,
                grows: run.setting == 1,
                tableDigest: "",
                folder: ""
            )
        }
        let other = try #require(SweepResult(Self.plan(2, seeds: 2), Self.delay, runs: growing))
        #expect(other.settings.map(\.number) == [2, 1] && other.settings[1].standing == .grows)
    }

    @Test("settings of a grid over steps or lanes are compared although their steps differ")
    func differentSteps() throws {
        let result = try Self.result([[1, 1.1], [2, 2.1]], steps: [20_096, 20_000])
        #expect(result.settings.allSatisfy { $0.standing != .dropped })
    }

    @Test("where the figures of all settings grow, nothing is certain and the words say so")
    func allGrow() throws {
        let runs = Self.runs([[1, 1], [2, 2]]).map { run in
            SweepResult.Run(
                setting: run.setting,
                seed: run.seed,
                steps: run.steps,
                values: run.values,
                grows: true,
                tableDigest: "",
                folder: ""
            )
        }
        let result = try #require(SweepResult(Self.plan(2, seeds: 2), Self.delay, runs: runs))
        #expect(!result.isCertain && result.verdict.contains("so do all others"))
    }

    @Test("a setting that lacks a seed is no result, and what is missing is said")
    func missing() throws {
        let runs = Self.runs([[1, 2], [3, 4]]).filter { $0.setting == 1 || $0.seed == 1 }
        let result = try #require(
            SweepResult(Self.plan(2, seeds: 2), Self.delay, runs: runs, missing: ["epsilon 0.2 (it failed)"])
        )
        #expect(result.settings.filter { $0.standing != .dropped }.map(\.number) == [1])
        #expect(result.verdict.contains("Without a result: epsilon 0.2 (it failed)"))
        #expect(SweepResult(Self.plan(2, seeds: 3), Self.delay, runs: []) == nil)
    }

    @Test("no line is wider than the terminal, whatever options are called", arguments: [40, 80, 200])
    func width(_ width: Int) throws {
        var plan = SweepPlan(scenario: "traffic")
        plan.settings = (0..<4).map { number in
            (0..<5).map { .init("an-option-with-a-long-name-\($0)", ["value-\(number * 1000 + $0)"]) }
        }
        plan.seeds = [1, 2, 3]
        let runs = Self.runs([[1, 2, 3], [2, 3, 4], [1, 2, 4], [5, 6, 7]])
        let text = try #require(SweepResult(plan, Self.delay, runs: runs)).text(width: width)
        #expect(text.split(separator: "\n").allSatisfy { $0.count <= width })
        #expect(text.contains("best"))
    }

    @Test("tables have a row for each run and each setting")
    func tables() throws {
        let result = try Self.result([[1, 2, 3], [2, 3, 4]])
        #expect(result.runTable.rows.count == 6 && result.summaryTable.rows.count == 2)
        #expect(result.summaryTable.header.prefix(3) == ["setting", "epsilon", "steps"])
    }
}
