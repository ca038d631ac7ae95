internal import ArgumentParser
internal import CommandBasics
internal import Evaluation
internal import Scenarios
internal import TabularLearning

/// A server of policies that takes part in an evaluation, if one is to.
struct AskOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Beside the others, a controller that asks a shardq serve at http://127.0.0.1:PORT for every decision.",
            valueName: "url"
        )
    )
    var ask: String?

    @Option(
        name: .customLong("ask-deadline"),
        help: ArgumentHelp(
            "Seconds within which an answer is of use; without one the fixed plan decides (default: 0.2).",
            valueName: "s"
        )
    )
    var deadline: Double?

    func validate() throws {
        if let deadline {
            guard ask != nil else { throw ValidationError("--ask-deadline \(deadline) without --ask: nobody is asked") }
            guard (0.001...60).contains(deadline) else {
                throw ValidationError("--ask-deadline \(deadline): 0.001 to 60 seconds")
            }
        }
    }

    /// The options that were given.
    var given: [String] { ask == nil ? [] : ["--ask"] }

    /// What is to be asked; `nil` for nobody.
    ///
    /// - Throws: `CommandFailure` for an address that is none.
    func server() throws -> AskedServer? {
        guard let ask else { return nil }
        return AskedServer(port: try Self.port(of: ask), address: ask, deadline: .seconds(deadline ?? 0.2))
    }

    private static func port(of address: String) throws -> UInt16 {
        let text = address.hasPrefix("http://") ? String(address.dropFirst(7)) : address
        let rest = text.hasSuffix("/") ? String(text.dropLast()) : text
        let parts = rest.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, ["127.0.0.1", "localhost"].contains(parts[0]), let port = UInt16(parts[1]), port > 0
        else {
            throw CommandFailure(
                .usage,
                "--ask \(address): http://127.0.0.1:PORT, a server on this machine (another one comes here through a tunnel)"
            )
        }
        return port
    }
}

/// A server that is asked for every decision of the contender `served`.
struct AskedServer {
    let port: UInt16
    let address: String
    let deadline: Duration
    private let record = AskRecord()

    init(port: UInt16, address: String, deadline: Duration) {
        (self.port, self.address, self.deadline) = (port, address, deadline)
    }

    /// The controller that asks.
    func controller(
        of settings: TrafficScenario,
        intersections: [String],
        phases: [String],
        plan: FixedTimeController
    ) -> ServedController {
        let (port, deadline) = (port, deadline)
        return ServedController(
            CabinetReport(of: settings, intersections: intersections, phases: phases),
            interval: settings.decisionInterval,
            plan: plan,
            deadline: deadline,
            record: record
        ) { try HTTPDecisionLine(port: port, deadline: deadline) }
    }

    /// How often it answered.
    ///
    /// - Throws: `CommandFailure` where it never did.
    func table() throws -> (heading: String, table: TextTable) {
        let counts = record.counts
        guard counts.answered > 0 || counts.failed == 0 else {
            throw CommandFailure(
                .unavailable,
                "--ask \(address): none of \(counts.failed) questions was answered: \(counts.events.first ?? "")"
            )
        }
        return (
            "Questions to \(address)",
            TextTable(
                header: ["answered", "without an answer in time", "times it came back"],
                rows: [["\(counts.answered)", "\(counts.failed)", "\(counts.returns)"]]
            )
        )
    }
}
