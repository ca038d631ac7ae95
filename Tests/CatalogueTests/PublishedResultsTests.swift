import Scenarios
import TabularLearning
import Testing
import shardq

/// The field's examples of what tells one rule from another, with the means and 95 % intervals that a program of the same
/// rules, written for the comparison, measured over many seeds.
@Suite("The rules' published results", .timeLimit(.minutes(5)))
struct PublishedResultsTests {
    /// A mean with its standard error.
    struct Figure: Sendable {
        let mean: Double
        let error: Double

        /// A mean with the half width of its 95 % interval.
        init(_ mean: Double, within halfWidth: Double) {
            self.mean = mean
            error = halfWidth / 1.96
        }

        /// The mean of a sample of independent runs.
        init(_ sample: [Double]) {
            let (count, mean) = (Double(sample.count), sample.reduce(0, +) / Double(sample.count))
            self.mean = mean
            error = (sample.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (count - 1) / count).squareRoot()
        }

        /// How far two means are apart, in standard errors of their difference.
        func distance(to other: Figure) -> Double {
            abs(mean - other.mean) / (error * error + other.error * other.error).squareRoot()
        }
    }

    /// Runs one lane of a world until it has counted enough.
    private static func gauges(
        of world: any Environment,
        _ parameters: LearningParameters,
        seed: UInt64,
        until isEnough: ([Gauge]) -> Bool
    ) throws -> [Gauge] {
        let learner = CohortLearner(
            index: 0,
            of: 1,
            environment: world,
            parameters: parameters,
            seed: seed,
            plannedSteps: 1_000_000
        )
        var reference = SerialReference(learners: [learner], parameters: parameters)
        while !isEnough(reference.learners[0].gauges) {
            for _ in 0..<200 { _ = try reference.runRound() }
        }
        return reference.learners[0].gauges
    }

    @Test(
        "cliff walking: the return of the episodes 101 to 500 while learning",
        arguments: [
            ("sarsa", Figure(-27.66, within: 0.23)), ("q-learning", Figure(-49.98, within: 0.22)),
            ("expected-sarsa", Figure(-21.04, within: 0.06)), ("double-q-learning", Figure(-26.78, within: 0.37)),
        ],
        [LearningParameters.Staleness.fresh, .oneRound]
    )
    func cliff(_ published: (rule: String, result: Figure), _ staleness: LearningParameters.Staleness) throws {
        let scenario = try #require(Catalogue.samples.first { $0.name == "cliff-walking" }).scenario
        var parameters = scenario.defaults.parameters
        parameters.update = try #require(UpdateRule(rawValue: published.rule))
        parameters.staleness = staleness
        let returns = try (1...UInt64(120)).map { seed in
            try Self.gauges(of: scenario.makeWorld(replicas: 0..<1, seed: seed), parameters, seed: seed) {
                $0[1].mean?.weight == 400
            }[1].value
        }
        let measured = Figure(returns)
        #expect(measured.distance(to: published.result) < 3, "\(measured)")
    }

    @Test(
        "maximisation bias: how often an episode goes left, in the first hundred and in the third",
        arguments: [
            ("q-learning", Figure(74.88, within: 0.40), Figure(13.25, within: 0.34)),
            ("double-q-learning", Figure(19.64, within: 0.32), Figure(7.06, within: 0.16)),
        ]
    )
    func bias(_ rule: String, _ first: Figure, _ third: Figure) throws {
        let parameters = LearningParameters(
            discount: 1,
            stepSize: .constant(0.1),
            epsilon: .constant(0.1),
            staleness: .fresh,
            ties: .random,
            update: try #require(UpdateRule(rawValue: rule))
        )
        let gauges = try (1...UInt64(1000)).map { seed in
            try Self.gauges(of: MaximizationBias(seed: seed), parameters, seed: seed) { $0[1].mean?.weight == 100 }
        }
        for (index, published) in [first, third].enumerated() {
            let measured = Figure(gauges.map { $0[index].value })
            #expect(measured.distance(to: published) < 3, "\(measured)")
        }
    }
}
