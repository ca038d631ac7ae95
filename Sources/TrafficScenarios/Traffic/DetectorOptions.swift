internal import ArgumentParser
internal import CommandBasics
internal import Evaluation
internal import Scenarios

/// What broken detectors are answered with.
enum DetectorFallback: String, CaseIterable, ExpressibleByArgument {
    case fixed
    case none
}

/// Which detectors are broken in an evaluation, and what is done about it.
struct DetectorOptions: ParsableArguments {
    @Option(
        name: .customLong("detector-faults"),
        help: ArgumentHelp(
            "Shares of detectors that are broken, as missing=0.1,stuck=0.05,miscount=0.1 (default: none).",
            valueName: "faults"
        )
    )
    var faults: String?

    @Option(
        name: .customLong("detector-fallback"),
        help:
            "What a junction does when one of its detectors is seen to be broken: fixed, its plan, or none (default: fixed)."
    )
    var fallback: DetectorFallback?

    @Option(
        name: .customLong("detector-tolerance"),
        help:
            "The share of junctions on their plans above which all follow theirs, 0 to 1 (default: by controller; see docs/scenarios/traffic.md)."
    )
    var tolerance: Double?

    @Option(
        name: .customLong("detector-seed"),
        help: "Where the draws of the broken detectors begin (default: 1)."
    )
    var seed: UInt64?

    /// Reads what was given.
    ///
    /// - Parameter plan: The fixed plan of every junction.
    /// - Returns: `nil` where all detectors work.
    /// - Throws: `CommandFailure` that names the mistake.
    func settings(_ plan: FixedTimeController) throws -> DetectorGuard.Settings? {
        guard let faults else {
            guard let option = given.first else { return nil }
            throw CommandFailure(.usage, "\(option) without --detector-faults: all detectors work")
        }
        if let tolerance {
            guard fallback != DetectorFallback.none else {
                throw CommandFailure(.usage, "--detector-tolerance with --detector-fallback none: there is no plan")
            }
            guard (0...1).contains(tolerance) else {
                throw CommandFailure(.usage, "--detector-tolerance \(tolerance): 0 to 1")
            }
        }
        do {
            let drawn = try DetectorFaults(faults, seed: seed ?? 1)
            return DetectorGuard.Settings(
                drawn,
                fallingBackTo: fallback == DetectorFallback.none ? nil : plan,
                tolerance: tolerance
            )
        } catch {
            throw CommandFailure(.usage, "--detector-faults \(faults): \(error)")
        }
    }

    /// Refuses broken detectors where none of the controllers looks at them.
    func refuseUnseen(by names: [String]) throws {
        guard let option = given.first, names.allSatisfy({ ["fixed", "webster", "stock"].contains($0) }) else { return }
        throw CommandFailure(.usage, "\(option): \(names.joined(separator: ", ")) look at no detectors")
    }

    /// The options that were given.
    var given: [String] {
        [
            ("--detector-faults", faults != nil), ("--detector-fallback", fallback != nil),
            ("--detector-tolerance", tolerance != nil), ("--detector-seed", seed != nil),
        ].filter(\.1).map(\.0)
    }
}

/// How many detectors were broken, and for how long the plan took over, of each controller that looks.
enum DetectorTable {
    static func all(_ tallies: [(name: String, runs: [DetectorTally?])]) -> [(heading: String, table: TextTable)] {
        let rows = tallies.compactMap { name, runs -> [String]? in
            let runs = runs.compactMap(\.self)
            guard !runs.isEmpty else { return nil }
            func sum(_ value: (DetectorTally) -> Int) -> Int { runs.reduce(0) { $0 + value($1) } }
            let kinds = DetectorFaults.Kind.allCases.indices.map { kind in "\(sum { $0.broken[kind] })" }
            return [name, "\(sum(\.detectors))"] + kinds + ["\(sum(\.seconds))", "\(sum(\.secondsOnPlan))"]
        }
        guard !rows.isEmpty else { return [] }
        let kinds = DetectorFaults.Kind.allCases.map(\.rawValue)
        let header = ["controller", "detectors"] + kinds + ["choices", "by the fixed plan"]
        return [
            ("Detectors, and seconds in which a phase was chosen, of all seeds", TextTable(header: header, rows: rows))
        ]
    }
}
