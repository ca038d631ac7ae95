internal import ArgumentParser
internal import CommandBasics
internal import Foundation
internal import Messaging
internal import NodeLaunching
internal import RabbitMQMessaging
internal import RunOptions

/// Shows the messages of a run as they pass, decoded.
struct WatchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "watch",
        abstract: "Show the messages of a run as they pass, decoded, one a line.",
        discussion: """
            It gets copies and hinders nobody; of more than 10,000 that wait for it the oldest are dropped. It waits for a run that \
            has not begun, and ends with the run's master, with --count messages, or by Ctrl-C.

            Example:
              shardq watch grid-7 --broker amqp://broker.example --types UPDATE_Q,Q_VALUES
            """
    )

    @Argument(help: ArgumentHelp("The run's name, as its master and workers have it.", valueName: "run"))
    var name: String

    @Option(
        help: ArgumentHelp(
            "amqp://HOST:PORT/VHOST or amqps://…, without a password (default: SHARDQ_BROKER).",
            valueName: "url"
        )
    )
    var broker: String?

    @Option(help: ArgumentHelp("Only these types of AMQP, by commas, such as UPDATE_Q,Q_VALUES.", valueName: "names"))
    var types = ""

    @Option(
        help: ArgumentHelp(
            "Only these mailboxes, by commas: control, replies, worker.NAME, actor.NAME, or worker.* for all.",
            valueName: "names"
        )
    )
    var mailboxes = ""

    @Option(
        help: ArgumentHelp(
            "Workers that are known; others are found within two seconds, when they say that they live.",
            valueName: "names"
        )
    )
    var workers = ""

    @Option(help: ArgumentHelp("End behind so many messages.", valueName: "n"))
    var count: Int?

    @Option(help: ArgumentHelp("Seconds to wait for the run's master.", valueName: "s"))
    var wait: Int = 60

    @Flag(help: "A JSON object for each message.")
    var json = false

    func validate() throws {
        try RunName.check(name)
        guard (1...86_400).contains(wait) else { throw ValidationError("--wait \(wait): 1 to 86400 seconds") }
        guard count.map({ $0 >= 1 }) ?? true else { throw ValidationError("--count \(count ?? 0): 1 or more") }
        for name in Self.names(mailboxes)
        where !["control", "replies"].contains(name) && !["worker.", "actor."].contains(where: name.hasPrefix) {
            throw ValidationError("--mailboxes \(name): control, replies, worker.NAME, actor.NAME, worker.* or actor.*")
        }
    }

    func run() async throws {
        let signals = SignalWatch(saying: "")
        let addresses = try BrokerAddress.list(argument: broker)
        guard let address = addresses.first, addresses.count == 1 else {
            throw CommandFailure(.usage, "--broker names \(addresses.count) brokers: watch one of them at a time")
        }
        try await DedicatedThread.run(named: "watch") { [self] in
            let listener = try RunListener(address: address, run: name)
            try watch(RunWatch(listener, filter), until: signals.stop)
        }
        if signals.stop.isRaised { throw ExitCode(signals.exitCode.rawValue) }
    }

    private var filter: RunWatch.Filter {
        RunWatch.Filter(mailboxes: Self.names(mailboxes), types: Self.names(types))
    }

    private static func names(_ list: String) -> [String] {
        list.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
    }

    private static let pause = Duration.milliseconds(100)
    private static let lull = Duration.milliseconds(500)

    private func watch(_ watch: RunWatch, until stop: StopFlag) throws {
        let start = ContinuousClock.now
        func seconds() -> Double { (ContinuousClock.now - start) / .seconds(1) }
        Console.note("watching run \(name)")
        while try !watch.findsMaster() {
            guard seconds() < Double(wait) else {
                throw CommandFailure(
                    .unavailable,
                    "no master of run \(name) within \(wait) s: start it, look at its --run, or raise --wait"
                )
            }
            guard !stop.isRaised else { return }
            Thread.sleep(forTimeInterval: Self.pause / .seconds(1))
        }
        for name in Self.names(workers) { try watch.look(forWorker: name) }
        Console.note("its master is there")
        var watch = watch
        while !stop.isRaised, count.map({ watch.tally.shown < $0 }) ?? true {
            switch try watch.next(within: Self.lull, at: seconds) {
            case .line(let line): try show(line)
            case .unwanted: break
            case .silence:
                guard try !watch.findsMaster() else { continue }
                Console.note("its master has left")
                return Console.note(watch.tally.text)
            }
        }
        Console.note(watch.tally.text)
    }

    private func show(_ line: RunWatch.Line) throws {
        guard json else { return try Console.result(line.text) }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        try Console.result(String(decoding: encoder.encode(line), as: UTF8.self))
    }
}
