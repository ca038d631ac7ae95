import PublishedFigures
import Scenarios
import TabularLearning
import Testing
import shardq

/// The field's examples of what tells one rule from another, with the means and 95 % intervals that a program of the same
/// rules, written for the comparison, measured over many seeds.
@Suite("The rules' published results", .timeLimit(.minutes(5)))
struct PublishedResultsTests {
    /// The share of left of the first hundred episodes and the third, in percent with its interval, of the last ten, and of the
    /// ten in which it is largest.
    struct Bias: Sendable {
        let rule: String
        let first, third: Figure
        let last, peak: Double
    }

    /// How often each of 300 episodes begins with left, in percent: of each seed.
    private static func lefts(_ rule: String, seeds: Int) throws -> [[Double]] {
        let parameters = LearningParameters(
            discount: 1,
            stepSize: .constant(0.1),
            epsilon: .constant(0.1),
            staleness: .fresh,
            ties: .random,
            update: try #require(UpdateRule(rawValue: rule))
        )
        return try (1...UInt64(seeds)).map { seed in
            let learner = CohortLearner(
                index: 0,
                of: 1,
                environment: MaximizationBias(seed: seed),
                parameters: parameters,
                seed: seed,
                plannedSteps: 1_000_000
            )
            var reference = SerialReference(learners: [learner], parameters: parameters)
            while reference.learners[0].gauges.count < 300 {
                for _ in 0..<200 { _ = try reference.runRound() }
            }
            return reference.learners[0].gauges.prefix(300).map(\.value)
        }
    }

    @Test(
        "maximisation bias: how often an episode goes left, in the first hundred, in the third, at its worst and at the end",
        arguments: [
            Bias(
                rule: "q-learning",
                first: Figure(74.88, within: 0.40),
                third: Figure(13.25, within: 0.34),
                last: 11.9,
                peak: 93.7
            ),
            Bias(
                rule: "double-q-learning",
                first: Figure(19.64, within: 0.32),
                third: Figure(7.06, within: 0.16),
                last: 6.8,
                peak: 48.8
            ),
            Bias(
                rule: "expected-sarsa",
                first: Figure(59.46, within: 0.40),
                third: Figure(13.18, within: 0.34),
                last: 11.2,
                peak: 67.5
            ),
            Bias(
                rule: "sarsa",
                first: Figure(67.78, within: 0.40),
                third: Figure(12.21, within: 0.34),
                last: 11.2,
                peak: 86.7
            ),
        ]
    )
    func bias(_ published: Bias) throws {
        let (seeds, all) = (800, 10_000)
        let lefts = try Self.lefts(published.rule, seeds: seeds)
        func share(_ episodes: Range<Int>) -> Figure {
            Figure(lefts.map { $0[episodes].reduce(0, +) / Double(episodes.count) })
        }
        let (first, third, last) = (share(0..<100), share(200..<300), share(290..<300))
        let peak = (0...290).map { share($0..<($0 + 10)) }.max { $0.mean < $1.mean } ?? last
        #expect(first.distance(to: published.first) < 3, "\(first)")
        #expect(third.distance(to: published.third) < 3, "\(third)")
        #expect(last.distance(to: Figure(published.last, of: all, spreadAs: last, of: seeds)) < 3, "\(last)")
        #expect(peak.distance(to: Figure(published.peak, of: all, spreadAs: peak, of: seeds)) < 3, "\(peak)")
    }
}
