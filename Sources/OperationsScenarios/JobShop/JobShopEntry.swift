internal import ArgumentParser
internal import CommandBasics
internal import DecisionProcesses
internal import Evaluation
internal import ScenarioCatalogue
internal import Scenarios

/// The job shop in the catalogue.
enum JobShopEntry: ProcessEntry {
    typealias Options = JobShopOptions

    static let standard: any CataloguedScenario = JobShopScenario()
    static let summary = "Jobs on machines, each in its own order: which is next, beside the exact optimum."
    static let comparison = "Compare policies with SPT, MWKR, MOPNR, FIFO, EDD, CR, ATC and the exact optimum."
    static let title = "Job shop"
    static let example = "--output runs/jobshop"
    static let samples: [any CataloguedScenario] = [
        JobShopScenario(
            jobs: [
                [.init(machine: 0, time: 3), .init(machine: 1, time: 2), .init(machine: 2, time: 2)],
                [.init(machine: 0, time: 2), .init(machine: 2, time: 1), .init(machine: 1, time: 4)],
                [.init(machine: 1, time: 4), .init(machine: 2, time: 3), .init(machine: 0, time: 0)],
            ],
            bestKnown: nil
        )
    ]

    typealias Conditions = RulesAlone

    static func outcome(_ options: Options, under conditions: RulesAlone) throws -> EvaluationOutcome? {
        guard conditions.rulesOnly else { return nil }
        let scenario = try options.scenario(JobShopScenario.ruledJobCounts, JobShopScenario.ruledMachineCounts)
        do {
            try scenario.check(JobShopScenario.ruledJobCounts, JobShopScenario.ruledMachineCounts)
        } catch {
            throw CommandFailure(.usage, error.description)
        }
        return EvaluationOutcome(
            scenario: ScenarioName(of: JobShopScenario.self),
            comparison: scenario.comparisonOfRules,
            reference: nil
        )
    }
}

/// Whether only the rules are asked.
struct RulesAlone: EvaluationConditions {
    @Flag(
        name: .customLong("rules-only"),
        help: "Only the rules, beside the best known makespan, for job shops of up to 100 jobs on 20 machines."
    )
    var rulesOnly = false

    var given: [String] { rulesOnly ? ["--rules-only"] : [] }
}

extension JobShopScenario {
    /// The rules' makespans, and how far they are from the best that is known.
    var comparisonOfRules: Comparison {
        Comparison(
            title: "\(subject); the rules' schedules, computed",
            seeds: [0],
            contenders: makespans.map { name, makespan in
                let value = Double(makespan)
                let gaps = bestKnown.map { best in
                    MetricSummary(
                        name: "above best known",
                        unit: "%",
                        preference: .lower,
                        values: [100 * (value / Double(max(1, best)) - 1)]
                    )
                }
                return Comparison.Contender(
                    name: name,
                    metrics: [MetricSummary(name: "makespan", unit: "time", preference: .lower, values: [value])]
                        + [gaps].compactMap(\.self)
                )
            }
        )
    }
}

/// The settings of the job shop.
struct JobShopOptions: ProcessOptionGroup {
    @Option(
        name: .customLong("jobs"),
        help: ArgumentHelp(
            "A job shop in the standard specification or in Taillard's form (default: 6 jobs on 6 machines, ft06).",
            valueName: "file"
        ),
        completion: .file()
    )
    var file: String?

    @Option(
        name: .customLong("best-known"),
        help: ArgumentHelp("The shortest makespan that is known (default: the file's upper bound).", valueName: "time")
    )
    var bestKnown: Int?

    @Option(
        name: .customLong("due-dates"),
        help: ArgumentHelp(
            "A job is due at so many times its work; for EDD, CR and ATC (default: 1.5).",
            valueName: "x"
        )
    )
    var tightness: Double?

    var given: [String] {
        [("--jobs", file != nil), ("--best-known", bestKnown != nil), ("--due-dates", tightness != nil)]
            .filter(\.1).map(\.0)
    }

    func configuration(discount: Float?) throws -> ScenarioConfiguration {
        ScenarioConfiguration(try scenario(JobShopScenario.jobCounts, JobShopScenario.machineCounts))
    }

    /// What they say, of so many jobs on so many machines.
    func scenario(_ jobCounts: ClosedRange<Int>, _ machineCounts: ClosedRange<Int>) throws -> JobShopScenario {
        var scenario = JobShopScenario()
        if let file {
            let text = try NamedText.read(file)
            let read = try JobShopFile(text, name: file, jobCounts: jobCounts, machineCounts: machineCounts)
            (scenario.jobs, scenario.bestKnown) = (read.jobs, read.bestKnown)
        }
        if let bestKnown { scenario.bestKnown = bestKnown }
        if let tightness { scenario.tightness = tightness }
        return scenario
    }
}
