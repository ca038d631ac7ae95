package import ArgumentParser

/// How a node can be looked at while it runs.
package struct MonitoringOptions: ParsableArguments {
    /// As the argument parser makes it.
    package init() {}

    @Option(
        name: .customLong("metrics-port"),
        help: ArgumentHelp(
            "Answer /metrics, /healthz, /readyz (default: no).",
            valueName: "port"
        )
    )
    package var port: UInt16?

    @Option(
        name: .customLong("metrics-address"),
        help: ArgumentHelp("Where to answer (default: 127.0.0.1).", valueName: "ip")
    )
    var addressGiven: String?

    @Option(
        name: .customLong("metrics-linger"),
        help: ArgumentHelp("Seconds to answer after the end (default: 0).", valueName: "s")
    )
    var lingerGiven: Int?

    @Option(
        name: .customLong("ready-within"),
        help: ArgumentHelp("Seconds without progress allowed (default: 30).", valueName: "s")
    )
    var readyWithinGiven: Int?

    package var address: String { addressGiven ?? "127.0.0.1" }
    package var linger: Int { lingerGiven ?? 0 }
    package var readyWithin: Int { readyWithinGiven ?? 30 }

    package func validate() throws {
        let given = [
            ("--metrics-address", addressGiven != nil), ("--metrics-linger", lingerGiven != nil),
            ("--ready-within", readyWithinGiven != nil),
        ].filter(\.1).map(\.0)
        if port == nil, let option = given.first {
            throw ValidationError("\(option) without --metrics-port: nothing is answered; give a port, or leave it out")
        }
        guard (0...86_400).contains(linger) else {
            throw ValidationError("--metrics-linger \(linger): 0 to 86400 seconds")
        }
        guard (1...86_400).contains(readyWithin) else {
            throw ValidationError("--ready-within \(readyWithin): 1 to 86400 seconds")
        }
    }
}
