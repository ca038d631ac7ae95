internal import ArgumentParser
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
        var scenario = JobShopScenario()
        if let file {
            let read = try JobShopFile(try NamedText.read(file), name: file)
            (scenario.jobs, scenario.bestKnown) = (read.jobs, read.bestKnown)
        }
        if let bestKnown { scenario.bestKnown = bestKnown }
        if let tightness { scenario.tightness = tightness }
        return ScenarioConfiguration(scenario)
    }
}
