public import ArgumentParser
internal import CommandBasics
public import Scenarios

/// What signals see and what they are rewarded with, whoever simulates them.
struct SignalOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "What signals are rewarded with: \(SignalReward.Term.allCases.map(\.rawValue).joined(separator: ", ")); several with weights as queue=1,longest-wait=0.01 (default: waiting, the delay).",
            valueName: "terms"
        )
    )
    var reward: String?

    @Option(
        name: .customLong("state-detail"),
        help:
            "Whose vehicles the state holds: every-phase, or strongest-other beside the present one (default: by the number of phases; SUMO: strongest-other)."
    )
    var detail: SignalObservation.Detail?

    @Option(
        name: .customLong("demand-bins"),
        help: ArgumentHelp(
            "The least vehicles of each class above none (default: \(Self.text(TrafficScenario().observation.demandBins)); SUMO: 1,3,6,10).",
            valueName: "numbers"
        )
    )
    var demandBins: String?

    @Option(
        name: .customLong("green-ages"),
        help: ArgumentHelp(
            "The least seconds of green of each class above the first, or none (default: none; SUMO: 15,30).",
            valueName: "seconds"
        )
    )
    var greenAges: String?

    @Option(
        name: .customLong("neighbor-bins"),
        help: ArgumentHelp(
            "The state says how many vehicles stand at the neighbours' lights on their way here: the least of each class above the first (default: it does not).",
            valueName: "numbers"
        )
    )
    var neighborBins: String?

    @Option(
        name: .customLong("detector-distance"),
        help: "Metres before the stop line within which moving vehicles are seen (default: 100; SUMO: 50)."
    )
    var detectorDistance: Double?

    @Flag(
        name: .customLong("full-exits"),
        help: "The state says whether the present phase leads to a road that is almost full."
    )
    var seesFullExits = false

    @Option(
        name: .customLong("vehicle-kinds"),
        help: ArgumentHelp(
            "Kinds of vehicles to be told apart, with their shares, as bus=0.05,emergency=0.002; in SUMO classes of vehicles, as bus,emergency (default: none).",
            valueName: "kinds"
        )
    )
    var kinds: String?

    @Option(
        name: .customLong("kind-weights"),
        help: ArgumentHelp(
            "As how many vehicles one of a kind counts where the reward is the waiting or the queue, as bus=20 (default: 1).",
            valueName: "weights"
        )
    )
    var kindWeights: String?

    @Option(
        name: .customLong("priority-kinds"),
        help: ArgumentHelp(
            "Kinds of vehicles that lights give green, as far as the safety envelope lets them (default: none).",
            valueName: "kinds"
        )
    )
    var priority: String?

    /// The options that were given.
    var given: [String] {
        [
            ("--reward", reward != nil), ("--state-detail", detail != nil), ("--demand-bins", demandBins != nil),
            ("--green-ages", greenAges != nil), ("--neighbor-bins", neighborBins != nil),
            ("--detector-distance", detectorDistance != nil), ("--full-exits", seesFullExits),
            ("--vehicle-kinds", kinds != nil), ("--kind-weights", kindWeights != nil),
            ("--priority-kinds", priority != nil),
        ].filter(\.1).map(\.0)
    }

    /// Those that nobody but a learner notices: a reward is a figure for all, and all look as far as the detectors.
    var forLearnersOnly: [String] { given.filter { !Self.forEverybody.contains($0) } }

    private static let forEverybody = [
        "--reward", "--detector-distance", "--vehicle-kinds", "--kind-weights", "--priority-kinds",
    ]

    /// Puts what was given in the place of a scenario's own.
    ///
    /// - Throws: `CommandFailure` that names the option and what would be right.
    func apply(to scenario: inout TrafficScenario) throws {
        if let reward {
            do {
                scenario.reward = try SignalReward(reward)
            } catch {
                throw CommandFailure(.usage, "--reward \(reward): \(error)")
            }
        }
        if let detail { scenario.observation.detail = detail }
        if let demandBins { scenario.observation.demandBins = try Self.numbers(demandBins, of: "--demand-bins") }
        if let greenAges { scenario.observation.greenAges = try Self.numbers(greenAges, of: "--green-ages") }
        if let neighborBins {
            scenario.observation.neighborBins = try Self.numbers(neighborBins, of: "--neighbor-bins")
        }
        if let detectorDistance { scenario.observation.detectorDistance = detectorDistance }
        if seesFullExits { scenario.observation.seesFullExits = true }
        try applyKinds(to: &scenario)
    }

    private func applyKinds(to scenario: inout TrafficScenario) throws {
        guard let kinds else {
            let beside = kindWeights.map { _ in "--kind-weights" } ?? priority.map { _ in "--priority-kinds" }
            guard let beside else { return }
            throw CommandFailure(.usage, "\(beside) without --vehicle-kinds: no kind of vehicle is told apart")
        }
        do {
            scenario.kinds = try VehicleKind.kinds(kinds, weights: kindWeights, priority: priority)
        } catch {
            throw CommandFailure(.usage, "--vehicle-kinds \(kinds): \(error)")
        }
    }

    private static func numbers(_ text: String, of option: String) throws -> [Int] {
        if text == "none" { return [] }
        return try text.split(separator: ",", omittingEmptySubsequences: false).map { part in
            guard let number = Int(part) else {
                throw CommandFailure(.usage, "\(option) \(text): whole numbers with commas between them, or none")
            }
            return number
        }
    }

    private static func text(_ numbers: [Int]) -> String { numbers.map { "\($0)" }.joined(separator: ",") }
}

extension SignalObservation.Detail: ExpressibleByArgument {
    /// Reads `every-phase` or `strongest-other`.
    public init?(argument: String) {
        switch argument {
        case "every-phase": self = .everyPhase
        case "strongest-other": self = .strongestOther
        default: return nil
        }
    }

    /// The names as they are typed.
    public static var allValueStrings: [String] { ["every-phase", "strongest-other"] }
}
