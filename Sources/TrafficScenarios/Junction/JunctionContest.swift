internal import ArgumentParser
internal import Evaluation
internal import Reports
internal import ScenarioCatalogue
internal import Scenarios

extension EvaluateCommand {
    /// Compares controllers of the two-movement junction with the exact optimum.
    struct Junction: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "junction",
            abstract: "Compare learned tables of the two-movement junction, and rules, with the exact optimum.",
            discussion: """
                Without --policy tables are trained here, with seeds 1 to --seeds at each of three flow ratios. Nothing \
                but the training is sampled.
                """
        )

        @OptionGroup var common: EvaluationOptions
        @OptionGroup var options: JunctionOptions

        func run() async throws { try await JunctionContest(common, options).run() }
    }
}

/// Rules and learned tables against the exact optimum.
struct JunctionContest {
    private let common: EvaluationOptions
    private let options: JunctionOptions

    init(_ common: EvaluationOptions, _ options: JunctionOptions) {
        self.common = common
        self.options = options
    }

    /// Computes the certificate of the policies that were named, or of freshly trained ones, and delivers it.
    func run() async throws {
        let job = EvaluationJob(common)
        let learned = try job.policies(of: .junction, given: options.given)
        if learned != nil { try common.refuseSeeds() }
        try job.checkOutput()
        if let learned {
            guard let scenario = learned.configuration.scenario as? JunctionScenario else { return }
            try job.deliver(Self.outcome(scenario, learned.evaluated, withCharts: common.output != nil))
        } else {
            let flowRatios = options.flowRatio.map { [$0] } ?? JunctionCertificate.flowRatios
            let progress = EvaluationProgress(total: common.seeds * flowRatios.count, isQuiet: common.quiet)
            let certificate = try await JunctionCertificate(
                flowRatios: flowRatios,
                trainingSeeds: TrafficEvaluation.seeds(common.seeds)
            ) { progress.show($0) }
            try job.deliver(Self.outcome(certificate, [], withCharts: common.output != nil))
        }
    }

    /// Computes the certificate of learned tables.
    static func outcome(
        _ scenario: JunctionScenario,
        _ policies: [EvaluatedPolicy],
        withCharts: Bool
    ) throws -> EvaluationOutcome {
        let tables = policies.map { (seed: $0.facts.trainingSeed, table: $0.table) }
        return outcome(try JunctionCertificate(tables: tables, scenario: scenario), policies, withCharts: withCharts)
    }

    private static func outcome(
        _ certificate: JunctionCertificate,
        _ policies: [EvaluatedPolicy],
        withCharts: Bool
    ) -> EvaluationOutcome {
        let bars = withCharts ? ComparisonCharts.bars(certificate.comparison, highlighting: "learned") : nil
        return EvaluationOutcome(
            scenario: .junction,
            comparison: certificate.comparison,
            reference: nil,
            policies: policies,
            charts: [bars].compactMap(\.self)
        )
    }
}
