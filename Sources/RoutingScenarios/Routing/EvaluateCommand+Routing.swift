internal import ArgumentParser
internal import CommandBasics
internal import Evaluation
internal import ScenarioCatalogue
internal import Scenarios

extension EvaluateCommand {
    /// Compares routers.
    struct Routing: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "routing",
            abstract:
                "Compare routers: delivery time, hops, what is delivered, refused and dropped; at one load or many.",
            discussion: """
                A rule that learns (\(RoutingContender.ruleNames.joined(separator: ", "))) starts anew in every run and learns all \
                the way; what it does after the warm-up is measured. --rule, --start and the like make a rule of your own, which \
                takes part under the name own.

                Examples:
                  shardq evaluate routing --policy runs/grid
                  shardq evaluate routing --loads 0.5:4.0:0.25 --output runs/curve
                  shardq evaluate routing --topology geant --load 4.5 --controllers shortest-path,oracle,standard
                """
        )

        @OptionGroup var common: EvaluationOptions

        @Option(
            help: ArgumentHelp(
                "Controllers and learning rules, with commas between them, or all: \(RoutingContender.names.joined(separator: ", ")).",
                valueName: "names"
            )
        )
        var controllers: String?

        @Option(
            help:
                "Several loads: FROM:TO:STEP, a list with commas, or per cents of what the best routing sustains: 60%,80%,90%."
        )
        var loads: String?

        @Option(
            name: .customLong("warm-up"),
            help: "Ticks before anything is measured (default: 10000; rules that learn: 20000)."
        )
        var warmUp: Int?

        @Option(help: "Measured ticks.")
        var ticks: Int = 10_000

        @OptionGroup(title: "Scenario (without --policy)") var options: RoutingOptions

        func validate() throws {
            for (name, value) in [("--warm-up", warmUp ?? 0), ("--ticks", ticks)] {
                guard (0...100_000_000).contains(value), value % RoutingRun.interval == 0 else {
                    throw ValidationError("\(name) \(value): a multiple of \(RoutingRun.interval), at most 100000000")
                }
            }
            guard ticks > 0 else { throw ValidationError("--ticks 0: something has to be measured") }
            if let loads, LoadSweep.loads(loads, bound: 1) == nil {
                throw ValidationError(
                    "--loads \(loads): FROM:TO:STEP like 0.5:4.0:0.25, ascending loads like 1,2,3.5, or like 60%,80%"
                )
            }
        }

        func run() async throws {
            let job = EvaluationJob(common)
            let learned = try job.policies(of: .routing, given: options.given)
            guard learned?.evaluated.count ?? 1 == 1 else {
                throw CommandFailure(.usage, "evaluate routing takes one policy: name it with --policy, once")
            }
            let policy = learned?.evaluated[0]
            try refuseIgnored()
            var scenario = try scenario(of: learned?.configuration)
            if loads != nil, !scenario.events.isEmpty {
                Console.note("--loads measures steady loads: the events of the policy's folder are left out")
                scenario.events = []
            }
            let contest = RoutingContest(
                scenario,
                try RoutingContest.contenders(
                    controllers,
                    policy: policy,
                    ownRule: options.rule.given.isEmpty ? nil : scenario.rule
                ),
                policy: policy,
                seedCount: common.seeds,
                warmUp: warmUp,
                ticks: ticks
            )
            if learned == nil { try scenario.check(stepsOfLane: UInt64(contest.runLength)) }
            try job.checkOutput()
            if let text = loads {
                guard let asked = try contest.loads(text) else {
                    throw CommandFailure(
                        .usage,
                        "--loads \(text) leads beyond \(RoutingScenario.loads) packets per tick on this network"
                    )
                }
                try job.deliver(await contest.sweep(asked, isQuiet: common.quiet))
            } else {
                try common.checkRequirements(against: contest.outline)
                try job.deliver(await contest.outcome(isQuiet: common.quiet, withCharts: common.output != nil))
            }
        }

        /// Refuses options that `--loads` takes the place of.
        private func refuseIgnored() throws {
            guard let loads else { return }
            if let load = options.load {
                throw CommandFailure(.usage, "--load \(load) with --loads \(loads): one of them")
            }
            if let events = options.events {
                throw CommandFailure(
                    .usage,
                    "--events \(events) with --loads \(loads): a sweep measures steady loads; give one --load for events"
                )
            }
        }

        private func scenario(of learned: ScenarioConfiguration?) throws -> RoutingScenario {
            if let scenario = learned?.scenario as? RoutingScenario { return scenario }
            let scenario = try options.scenario()
            do {
                try scenario.check()
            } catch {
                throw CommandFailure(.usage, error.description)
            }
            return scenario
        }
    }
}
