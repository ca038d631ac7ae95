import Sweeps
import Testing

@Suite("The file of a sweep")
struct SweepFileTests {
    private func read(_ text: String) throws(SweepFailure) -> SweepPlan {
        try SweepFile.read(text: text, name: "s.yaml")
    }

    @Test("makes every combination of the grid, the last option changing fastest, for every seed")
    func grid() throws {
        let plan = try read(
            """
            scenario: maze
            options: {steps: 40k}
            grid:
              epsilon: [0.1, 0.3]
              step-size: [0.2, visits]
            seeds: 3
            jobs: 2
            """
        )
        #expect(
            plan.settings.indices.map(plan.name) == [
                "epsilon 0.1, step-size 0.2", "epsilon 0.1, step-size visits",
                "epsilon 0.3, step-size 0.2", "epsilon 0.3, step-size visits",
            ]
        )
        #expect(plan.seeds == [1, 2, 3] && plan.jobs == 2 && plan.axes == ["epsilon", "step-size"])
        let runs = plan.runs(of: Array(plan.settings.indices))
        #expect(runs.count == 12 && runs.prefix(4).allSatisfy { $0.seed == 1 })
        #expect(Set(runs.map(plan.folder)).count == 12)
        #expect(plan.folder(of: runs[3]) == "04_epsilon-0.3_step-size-visits_seed-1")
    }

    @Test("takes a list of settings and of seeds, and what stands in no grid is one setting")
    func lists() throws {
        let plan = try read(
            "scenario: maze\nsettings:\n- {epsilon: 0.1}\n- {epsilon: 0.1, update: sarsa}\n- {}\nseeds: [7, 3]\n"
        )
        #expect(plan.settings.count == 3 && plan.name(of: 2) == "as it is" && plan.seeds == [7, 3])
        #expect(plan.axes == ["epsilon", "update"])
        #expect(try read("scenario: maze").settings == [[]])
    }

    @Test("folders have no characters that mean something else, and never the same name")
    func folders() throws {
        let plan = try read("scenario: maze\ngrid:\n  maze: [\"a/../b\", \"a b\", \"a?b\"]\n")
        let names = plan.runs(of: [0, 1, 2]).map(plan.folder)
        #expect(Set(names).count == 3 && names.allSatisfy { !$0.contains("/") && !$0.contains(" ") })
    }

    @Test(
        "says what is wrong and in which line",
        arguments: [
            ("grid: {epsilon: [1]}", ["s.yaml", "'scenario' is missing"]),
            ("scenario: maze\ngird: {}", ["s.yaml:2", "did you mean grid"]),
            ("scenario: maze\ngrid:\n  epsilon: 0.1", ["s.yaml:3", "takes a list"]),
            ("scenario: maze\ngrid:\n  epsilon: [0.1, 0.1]", ["s.yaml:3", "0.1 twice"]),
            ("scenario: maze\ngrid:\n  seed: [1, 2]", ["s.yaml:3", "seeds: 5"]),
            ("scenario: maze\noptions:\n  output: x", ["s.yaml:3", "--output of shardq sweep"]),
            ("scenario: maze\noptions: {epsilon: 0.1}\ngrid:\n  epsilon: [0.1]", ["s.yaml:4", "line 2"]),
            ("scenario: maze\nsettings: []\n", ["s.yaml:2", "is a list"]),
            ("scenario: maze\nsettings: [{epsilon: 1}, {epsilon: 1}]\n", ["s.yaml:2", "twice"]),
            ("scenario: maze\ngrid: {epsilon: [1]}\nsettings: [{}]", ["s.yaml:3", "one of them"]),
            ("scenario: maze\nseeds: 0", ["s.yaml:2", "1 to 1000"]),
            ("scenario: maze\nseeds: [1, 1]", ["s.yaml:2", "each once"]),
            ("scenario: maze\nseeds: [-1]", ["s.yaml:2", "whole numbers"]),
            ("scenario: maze\njobs: many", ["s.yaml:2", "1 to 1024"]),
            ("scenario: maze\nsuccessive-halving: [4M, 1M]", ["s.yaml:2", "rise"]),
            ("scenario: maze\nsuccessive-halving: [1M]", ["s.yaml:2", "at least two"]),
            (
                "scenario: maze\noptions:\n  steps: 1M\nsuccessive-halving: [1M, 2M]",
                ["s.yaml:3", "leave one of them out"]
            ),
            ("scenario: maze\noptions:\n  steps:", ["s.yaml:3", "'steps' is a plain value"]),
            ("- a", ["s.yaml", "docs/sweeps.md"]),
            ("scenario: &a maze", ["s.yaml:1"]),
        ]
    )
    func faults(_ text: String, _ mentions: [String]) {
        let failure = #expect(throws: SweepFailure.self) { try SweepFile.read(text: text, name: "s.yaml") }
        for mention in mentions {
            #expect(failure?.description.contains(mention) == true, "\(failure?.description ?? "")")
        }
    }

    @Test("a grid that makes too many settings is refused before they are made")
    func tooMany() {
        let values = (0..<200).map { "\($0)" }.joined(separator: ", ")
        let text = "scenario: maze\ngrid:\n  a: [\(values)]\n  b: [\(values)]\n  c: [\(values)]\n"
        #expect(throws: SweepFailure.self) { try SweepFile.read(text: text, name: "s.yaml") }
    }

    @Test("the better half goes on, of equal ones the first; what has no figure never does")
    func survivors() {
        #expect(SweepPlan.survivors(of: [0, 1, 2, 3, 4], means: [5, 1, 3, 1, 9], isBetterLow: true) == [1, 2, 3])
        #expect(SweepPlan.survivors(of: [4, 6, 8], means: [1, nil, 1], isBetterLow: false) == [4, 8])
        #expect(SweepPlan.survivors(of: [3, 5], means: [2, 2], isBetterLow: true) == [3])
    }
}
