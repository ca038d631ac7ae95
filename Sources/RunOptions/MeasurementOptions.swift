package import ArgumentParser
package import ScenarioCatalogue

/// How long a layout is measured.
package struct MeasurementOptions: ParsableArguments {
    /// As the argument parser makes it.
    package init() {}

    @Option(
        name: .customLong("seconds"),
        help: ArgumentHelp("Seconds of a repetition (default: 2).", valueName: "s")
    )
    var secondsGiven: Double?

    @Option(
        name: .customLong("repetitions"),
        help: ArgumentHelp("Repetitions; the median counts (default: 5).", valueName: "n")
    )
    var repetitionsGiven: Int?

    @Option(
        name: .customLong("warm-up"),
        help: ArgumentHelp("Seconds before the first repetition (default: 1).", valueName: "s")
    )
    var warmUpGiven: Double?

    @Option(
        name: .customLong("broker-process"),
        help: ArgumentHelp(
            "The broker's process on this machine, to count its time and memory (known for local); may be repeated.",
            valueName: "pid"
        )
    )
    package var brokerProcess: [Int32] = []

    package var seconds: Double { secondsGiven ?? 2 }
    package var repetitions: Int { repetitionsGiven ?? 5 }
    package var warmUp: Double { warmUpGiven ?? 1 }

    /// The options that were given; they mean nothing for the time to a goal.
    package var given: [String] {
        [
            ("--seconds", secondsGiven != nil), ("--repetitions", repetitionsGiven != nil),
            ("--warm-up", warmUpGiven != nil), ("--broker-process", !brokerProcess.isEmpty),
        ].filter(\.1).map(\.0)
    }

    package func validate() throws {
        guard (0.1...3600).contains(seconds) else { throw ValidationError("--seconds \(seconds): 0.1 to 3600") }
        guard (1...1000).contains(repetitions) else { throw ValidationError("--repetitions \(repetitions): 1 to 1000") }
        guard (0...3600).contains(warmUp) else { throw ValidationError("--warm-up \(warmUp): 0 to 3600 seconds") }
        if brokerProcess.contains(where: { $0 < 1 }) { throw ValidationError("--broker-process: a process number") }
    }
}

/// The goal to which a run is timed, of a scenario that knows one.
package struct GoalOption<Entry: ScenarioEntry>: ParsableArguments {
    /// As the argument parser makes it.
    package init() {}

    @Option(
        help: ArgumentHelp(
            "Instead of repetitions time the run to a greedy policy worth this share of the optimum, above 0, at most 1.",
            valueName: "share",
            visibility: Entry.hasGoal ? .default : .hidden
        )
    )
    package var until: Double?
}

/// How the result of a measurement is printed.
package struct BenchResultOptions: ParsableArguments {
    /// As the argument parser makes it.
    package init() {}

    @Flag(help: "Print one JSON object, described in docs/cli.md.")
    package var json = false
}
