internal import ArgumentParser

/// How a node can be looked at while it runs.
struct MonitoringOptions: ParsableArguments {
    @Option(
        name: .customLong("metrics-port"),
        help: ArgumentHelp(
            "Answer /metrics, /healthz, /readyz (default: no).",
            valueName: "port"
        )
    )
    var port: UInt16?

    @Option(name: .customLong("metrics-address"), help: ArgumentHelp("Where to answer.", valueName: "ip"))
    var address: String = "127.0.0.1"

    @Option(
        name: .customLong("metrics-linger"),
        help: ArgumentHelp("Seconds to answer after the end.", valueName: "s")
    )
    var linger: Int = 0

    @Option(
        name: .customLong("ready-within"),
        help: ArgumentHelp("Seconds without progress allowed.", valueName: "s")
    )
    var readyWithin: Int = 30

    func validate() throws {
        guard (0...86_400).contains(linger) else {
            throw ValidationError("--metrics-linger \(linger): 0 to 86400 seconds")
        }
        guard (1...86_400).contains(readyWithin) else {
            throw ValidationError("--ready-within \(readyWithin): 1 to 86400 seconds")
        }
    }
}
