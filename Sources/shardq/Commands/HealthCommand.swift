internal import ArgumentParser
internal import CommandBasics
internal import Monitoring

/// Asks a node how it is, for containers that have nothing else to ask with.
struct HealthCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "health",
        abstract: "Ask a node that runs with --metrics-port whether it is ready; exit code 1 when it is not.",
        discussion: """
            Examples:
              shardq health 9400
              shardq health http://127.0.0.1:9400/healthz
            """
    )

    @Argument(
        help: "http://HOST:PORT/PATH, HOST:PORT or PORT; /readyz on this machine unless they say otherwise."
    )
    var url: String

    func run() async throws {
        let probe: HealthProbe
        do {
            probe = try HealthProbe(url)
        } catch {
            throw CommandFailure(.usage, "\(error)")
        }
        let answer: HealthProbe.Answer
        do {
            answer = try await probe.ask()
        } catch {
            throw CommandFailure(.unavailable, error.description)
        }
        try Console.result(answer.text)
        if !answer.isGood { throw ExitCode(1) }
    }
}
