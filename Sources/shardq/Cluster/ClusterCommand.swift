internal import ArgumentParser
internal import CommandBasics
internal import RunOptions
internal import WireProtocol

/// Speaks with the master of a run that is under way: who is there, and where shards are to go.
struct ClusterCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cluster",
        abstract: "Show the workers of a run that is under way, drain one, move a shard, balance the load.",
        discussion: """
            The command speaks to the run's master through the broker, as a worker does; rounds go on, and the digest stays.

            Examples:
              shardq cluster show one --broker amqp://broker.example
              shardq cluster drain one w3 --broker amqp://broker.example
              shardq cluster move one 17 w2 --broker amqp://broker.example
              shardq cluster balance one --broker amqp://broker.example
            """,
        subcommands: [Show.self, Drain.self, Move.self, Balance.self]
    )

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List the workers with their shards, their work and the time to their answers."
        )
        @Argument(help: "The run's name.") var run: String
        @OptionGroup var desk: DeskOptions

        func validate() throws { try RunName.check(run) }

        func run() async throws {
            try await desk.speak(of: run) { master in
                let status = try master.ask(.show)
                try Console.result(desk.json ? encodeJSON(ClusterResult(status)) : ClusterResult(status).text)
            }
        }
    }

    struct Drain: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Hand a worker's shards to the others, and let it go."
        )
        @Argument(help: "The run's name.") var run: String
        @Argument(help: "The worker's name.") var worker: String
        @OptionGroup var desk: DeskOptions

        func validate() throws { try RunName.check(run) }

        func run() async throws {
            try await desk.speak(of: run) { master in
                let result = try master.ask(.drain(worker: worker)) { status in
                    !status.workers.contains { $0.name == worker && (!$0.shards.isEmpty || $0.isLeaving) }
                }
                try result.print("worker \(worker) has no shards any more", asJSON: desk.json)
            }
        }
    }

    struct Move: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Move a shard to a worker.")
        @Argument(help: "The run's name.") var run: String
        @Argument(help: "The shard's number.") var shard: Int
        @Argument(help: "The worker's name.") var worker: String
        @OptionGroup var desk: DeskOptions

        func validate() throws {
            try RunName.check(run)
            guard (0..<65_536).contains(shard) else { throw ValidationError("shard \(shard): 0 to 65535") }
        }

        func run() async throws {
            try await desk.speak(of: run) { master in
                let result = try master.ask(.move(shard: shard, worker: worker)) { status in
                    status.workers.contains { $0.name == worker && $0.shards.contains { $0.index == shard } }
                }
                try result.print("worker \(worker) has shard \(shard)", asJSON: desk.json)
            }
        }
    }

    struct Balance: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Move shards from workers that answer late to those that answer soon.",
            discussion: """
                Goes by the time to answers, not by the number of shards or rows. After each pass it measures for a moment what \
                has come of it, until no move would be worth it.
                """
        )
        @Argument(help: "The run's name.") var run: String
        @Option(help: ArgumentHelp("How often at most (default: 5).", valueName: "n")) var passes = 5
        @OptionGroup var desk: DeskOptions

        func validate() throws {
            try RunName.check(run)
            guard (1...100).contains(passes) else { throw ValidationError("--passes \(passes): 1 to 100") }
        }

        func run() async throws {
            try await desk.speak(of: run) { [passes] master in
                var result = try master.ask(.balance) { !$0.isMoving }
                var pass = 1
                while pass < passes, (result.movedNow ?? 0) > 0 {
                    try master.lookOn(for: .seconds(3))
                    result = try master.ask(.balance) { !$0.isMoving }.behind(result)
                    if result.hasSettled { break }
                    pass += 1
                }
                try result.print(nil, asJSON: desk.json)
            }
        }
    }
}
