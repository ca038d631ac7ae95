internal import ArgumentParser
internal import CommandBasics
internal import NeuralLearning
internal import RunOptions

/// Who computes the slices of a network's minibatches; none of it changes a bit of the result.
struct NetworkLayout: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Threads that compute slices of minibatches, 1 to 8 (default: 1).",
            valueName: "n"
        )
    )
    var threads: Int?

    @Option(
        help: ArgumentHelp(
            "Where slices go: none, memory (threads), local[:N] (RabbitMQ), env, amqp://HOST[,…].",
            valueName: "where"
        )
    )
    var broker: [BrokerArgument] = [.none]

    @Option(
        name: .customLong("workers"),
        help: ArgumentHelp("Worker processes or threads that compute them (default: 2).", valueName: "n")
    )
    var workerCount: Int?

    @Option(
        help: ArgumentHelp("Seconds until the slices of a worker are computed here (default: 2).", valueName: "s")
    )
    var answerWithin: Int?

    @Option(
        help: ArgumentHelp(
            "Wait for workers of this run, which others start (shardq worker), and start none.",
            valueName: "name"
        )
    )
    var run: String?

    /// All brokers together.
    var brokerArgument: BrokerArgument { (try? BrokerArgument.combined(broker)) ?? BrokerArgument.none }
    /// The number of workers.
    var workers: Int { workerCount ?? 2 }
    /// How long a worker may take.
    var answerLimit: Duration { .seconds(answerWithin ?? 2) }

    func validate() throws {
        do {
            _ = try BrokerArgument.combined(broker)
        } catch {
            throw ValidationError(error.description)
        }
        let slices = DQNSettings.sliceCount
        if let threads, !(1...slices).contains(threads) {
            throw ValidationError("--threads \(threads): 1 to \(slices), the slices into which a minibatch is cut")
        }
        guard (1...1024).contains(workers) else { throw ValidationError("--workers \(workers): 1 to 1024 workers") }
        if let answerWithin, !(1...86_400).contains(answerWithin) {
            throw ValidationError("--answer-within \(answerWithin): 1 to 86400 seconds")
        }
        if let run {
            try RunName.check(run)
            guard case .url = brokerArgument else {
                throw ValidationError("--run \(run): workers from elsewhere need --broker amqp://HOST, or env")
            }
        }
        if brokerArgument.isNone {
            for (option, value) in [("--workers", workerCount), ("--answer-within", answerWithin)] {
                guard let value else { continue }
                throw ValidationError("\(option) \(value): --broker none has no workers; --broker local starts some")
            }
        } else if let threads {
            throw ValidationError(
                "--threads \(threads): with --broker \(brokerArgument.kind) workers compute; --workers says how many"
            )
        }
    }
}
