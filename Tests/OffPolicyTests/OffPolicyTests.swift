import Evaluation
import OffPolicy
import PolicyServing
import TabularLearning
import Testing

@Suite("What a log tells of another policy")
struct OffPolicyTests {
    private static let served: Set = [0, 1, 2, 3, 4]
    private static let other: Set = [1, 2, 3, 4]

    /// Nineteen of twenty, ten times over.
    @Test("the truth lies within the intervals as often as they say, for each of the three estimates")
    func coverage() {
        let truth = Street.worth(right: Self.other)
        var hits = [0, 0, 0]
        for seed in 1...200 {
            let episodes = Street.walks(Self.served, judging: Self.other, epsilon: 0.3, count: 1000, seed: UInt64(seed))
            let estimate = OffPolicyEstimate(episodes, discount: Street.discount)
            for (index, interval) in [estimate.perDecision, estimate.weighted, estimate.doublyRobust].enumerated()
            where (interval.lowerBound...interval.upperBound).contains(truth) {
                hits[index] += 1
            }
        }
        #expect(hits.allSatisfy { $0 >= 190 }, "\(hits) of 200")
    }

    /// Through a server and its log.
    ///
    /// Of twenty intervals of 95% one misses on average; of the weighted ones two of these do.
    @Test("the truth lies within the intervals of logs that a server has written")
    func servedCoverage() throws {
        let (served, other) = (try Street.policy("a", right: Self.served), try Street.policy("b", right: Self.other))
        let truth = Street.worth(right: Self.other)
        #expect(abs(truth - Street.worth(right: Self.served)) > 0.15)
        var hits = [0, 0, 0]
        for seed in 1...20 {
            let log = try Street.log(served, epsilon: 0.3, episodes: 1000, seed: UInt64(seed))
            var episodes = LoggedEpisodes(seenBy: other)
            try episodes.read(log, named: "log")
            #expect(episodes.episodes.count == 1000 && episodes.notes.isEmpty)
            let estimate = OffPolicyEstimate(episodes.episodes, discount: Street.discount)
            for (index, interval) in [estimate.perDecision, estimate.weighted, estimate.doublyRobust].enumerated()
            where (interval.lowerBound...interval.upperBound).contains(truth) {
                hits[index] += 1
            }
        }
        #expect(hits[0] >= 19 && hits[1] >= 18 && hits[2] >= 19, "\(hits) of 20")
    }

    @Test("the policy that was served is worth in its own log what the log's returns are, whatever the estimate")
    func own() throws {
        let served = try Street.policy("a", right: Self.served)
        var episodes = LoggedEpisodes(seenBy: served)
        try episodes.read(try Street.log(served, epsilon: 0, episodes: 50, seed: 1), named: "log")
        let estimate = OffPolicyEstimate(episodes.episodes, discount: Street.discount)
        #expect(abs(estimate.logged.mean - estimate.perDecision.mean) < 1e-12)
        #expect(abs(estimate.logged.mean - estimate.weighted.mean) < 1e-9)
        #expect(abs(estimate.effectiveSampleSize - 50) < 1e-9)
        #expect(episodes.uncoveredCount == 0)
    }

    @Test("the estimates are those that one computes by hand")
    func byHand() {
        let episodes: [[LoggedStep]] = [
            [
                LoggedStep(ratio: 2, reward: 1, actionValue: 3, value: 4),
                LoggedStep(ratio: 0.5, reward: 6, actionValue: 1, value: 2),
            ],
            [LoggedStep(ratio: 0, reward: 5, actionValue: 2, value: 1)],
        ]
        let estimate = OffPolicyEstimate(episodes, discount: 0.5)
        // (1 + 0.5 · 6 + 5) / 2.
        #expect(estimate.logged.mean == 4.5)
        // (2 · 1 + 0.5 · 2 · 0.5 · 6) / 2.
        #expect(estimate.perDecision.mean == 2.5)
        // Step 0: (2 · 1 + 0 · 5) / (2 + 0); step 1: (1 · 6) / (1 + 0).
        #expect(estimate.weighted.mean == 4)
        // Last step 2 + 0.5 (6 − 1) = 4.5, first 4 + 2 (1 + 0.5 · 4.5 − 3) = 4.5; the other 1.
        #expect(estimate.doublyRobust.mean == 2.75)
        #expect(estimate.effectiveSampleSize == 1)
    }

    @Test("where whoever was logged never tried what the policy would do, and where a propensity is 0, it is counted")
    func doubts() throws {
        let (served, other) = (try Street.policy("a", right: Self.served), try Street.policy("b", right: Self.other))
        var episodes = LoggedEpisodes(seenBy: other)
        try episodes.read(try Street.log(served, epsilon: 0, episodes: 50, seed: 1), named: "log")
        #expect(episodes.uncoveredCount > 0)
        let line = #"{"observation":{"house":2},"state":2,"action":1,"propensity":0}"# + "\n"
        let impossible = try Street.read(line + #"{"reward":1,"end":true}"# + "\n", by: served)
        #expect(impossible.impossibleCount == 1)
        #expect(impossible.episodes == [[LoggedStep(ratio: 0, reward: 1, actionValue: 3, value: 3)]])
    }

    @Test(
        "what no server has written is refused with file and line",
        arguments: [
            ("nonsense\n", "log, line 1: no JSON"),
            ("\n[]\n", "log, line 2: no object"),
            (#"{"observation":{"house":2},"state":2,"action":1,"propensity":NaN}"# + "\n", "no JSON"),
            (#"{"observation":{"house":2},"state":2,"action":1,"propensity":1.5}"# + "\n", "propensity"),
            (
                #"{"observation":{"house":2},"state":2,"action":7,"propensity":1}"# + "\n",
                "action 7 is not within 0...1"
            ),
            (#"{"observation":{"house":2},"state":2,"action":-1,"propensity":1}"# + "\n", "action"),
            (#"{"observation":{"house":2},"state":3,"action":1,"propensity":1}"# + "\n", "another problem"),
            (#"{"observation":{"hose":2},"state":2,"action":1,"propensity":1}"# + "\n", "did you mean house?"),
            (#"{"observation":{"house":2},"state":2,"action":1,"propensity":1,"coder":"x"}"# + "\n", "coder x"),
            (#"{"reward":1e999}"# + "\n", "line 1"),
            (#"{"reward":"1"}"# + "\n", "reward is no number"),
            (#"{"time":1}"# + "\n", "neither a reward nor an observation"),
        ]
    )
    func hostile(text: String, words: String) throws {
        let policy = try Street.policy("a", right: Self.served)
        let error = #expect(throws: LogFailure.self) { try Street.read(text, by: policy) }
        #expect(error?.description.contains(words) == true, "\(error?.description ?? "")")
    }

    @Test("a last line that was cut off is left out, and unknown fields are ignored, both with the line")
    func notes() throws {
        let policy = try Street.policy("a", right: Self.served)
        let decision = #"{"observation":{"house":2},"state":2,"action":1,"propensity":1,"wheather":"rain"}"# + "\n"
        let episodes = try Street.read(decision + #"{"reward":1,"#, by: policy)
        #expect(episodes.decisionCount == 1 && episodes.rewardCount == 0 && episodes.unfinishedCount == 1)
        #expect(episodes.notes.count == 2)
        #expect(episodes.notes.first?.contains("log, line 1: \"wheather\"") == true)
        #expect(episodes.notes.last?.contains("log, line 2: the last line is cut off") == true)
        let lone = try Street.read(#"{"reward":1,"episode":"x"}"# + "\n", by: policy)
        #expect(lone.notes.first?.contains("without a decision") == true)
    }

    @Test("every prefix of a log is read or refused, and none traps")
    func prefixes() throws {
        let policy = try Street.policy("a", right: Self.served)
        let log = try Street.log(policy, epsilon: 0.5, episodes: 3, seed: 2)
        for count in log.indices {
            var episodes = LoggedEpisodes(seenBy: policy)
            #expect(throws: Never.self) { try episodes.read(Array(log[..<count]), named: "log") }
            var changed = log
            changed[count] ^= 0x11
            _ = try? episodes.read(changed, named: "log")
        }
    }

    @Test("learning from a log finds the best way, and the same log gives the same bits")
    func learning() throws {
        let policy = try Street.policy("a", right: Self.served)
        let log = try Street.log(policy, epsilon: 1, episodes: 2000, seed: 3)
        func table() throws -> ActionValueTable {
            var episodes = LoggedEpisodes(seenBy: policy)
            try episodes.read(log, named: "log")
            var table = ActionValueTable(rowCount: 5, actionCount: 2, initialValue: 0)
            let learner = BatchLearner(episodes.transitions, initialValue: 0)
            for _ in 0..<5 {
                learner.pass(&table, discount: 0.95, stepSize: .visitCount(horizon: 20, minimum: 0))
            }
            return table
        }
        let one = try table()
        let other = try table()
        #expect(one.cells == other.cells)
        let right = Set(
            (0..<5).filter { (house: Int) -> Bool in
                one.cells[2 * house + 1].value > one.cells[2 * house].value
            }
        )
        let ways: [Set<Int>] = (0..<32).map { bits in
            Set((0..<5).filter { (house: Int) -> Bool in bits & (1 << house) != 0 })
        }
        let best = ways.map { Street.worth(right: $0) }.max() ?? 0
        #expect(Street.worth(right: right) >= best - 1e-9)
    }
}
