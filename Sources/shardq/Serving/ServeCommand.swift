internal import ArgumentParser
internal import CommandBasics
internal import Foundation
internal import HTTPTransport
internal import Logging
internal import Messaging
internal import Monitoring
internal import NodeLaunching
internal import PolicyServing
internal import RunOptions
internal import ScenarioCatalogue

/// Serves a policy over HTTP, and through a broker if one is named, until it is told to end.
struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Serve a policy over HTTP, AMQP and MQTT: observations in, actions out.",
        discussion: """
            Speaks the Open Inference Protocol (/v2/…) and answers plain questions (POST /decide, GET /explain); GET /openapi.json \
            says what can be asked. With --amqp the same questions are answered through RabbitMQ. When the folder gets another \
            policy, that is checked and then served, without a pause. \
            docs/serving.md has all of it.

            Examples:
              shardq serve runs/grid
              curl -d '{"state": 17}' http://127.0.0.1:8080/decide
            """
    )

    @Argument(
        help: "The policy's folder, or that of a run, whose newest checkpoint then counts.",
        completion: .directory
    )
    var folder: String

    @OptionGroup(title: "Where") var place: ServingPlaceOptions
    @OptionGroup(title: "Through a broker") var queue: ServingQueueOptions
    @OptionGroup(title: "Decisions") var decisions: ServingDecisionOptions
    @OptionGroup(title: "Beside") var beside: ServingBesideOptions
    @OptionGroup(title: "Log") var log: LogOptions

    func run() async throws {
        let signals = SignalWatch(saying: "answering what has begun to come, then ending; once more to leave at once")
        var console = Logger.console(log.format, verbose: false)
        console.logLevel = min(console.logLevel, .notice)
        let logger = console
        let token = try place.askers.token()
        let registry = PrometheusRegistry(
            help: Dictionary(uniqueKeysWithValues: ServingMetrics.Name.allCases.map { ($0.rawValue, $0.help) })
        )
        let metrics = ServingMetrics(factory: registry)
        let feedback = try beside.feedbackLog(metrics, logger)
        let first = try PolicyLoader(folder, fallback: decisions.fallback).load()
        let settings = PolicyServer.Settings(
            name: try place.modelName(of: folder),
            terms: decisions.terms,
            canaryPlaces: Set(try beside.canaryPlaces(of: first))
        )
        let server = PolicyServer(
            first,
            settings,
            metrics: metrics,
            now: { Date().timeIntervalSince1970 },
            feedback: feedback?.write
        )
        var watches = [FolderWatch(folder, as: .current, fallback: decisions.fallback, serving: first.digest)]
        for (folder, role) in beside.others {
            let policy = try PolicyLoader(folder, fallback: decisions.fallback).load()
            do {
                try server.put(policy, as: role)
            } catch {
                throw CommandFailure(.badInput, "\(folder) cannot be served beside \(self.folder): \(error)")
            }
            watches.append(FolderWatch(folder, as: role, fallback: decisions.fallback, serving: policy.digest))
        }
        let api = ServingAPI(
            server,
            version: ProgramVersion.current,
            isReady: { !signals.stop.isRaised },
            exposition: { registry.answer }
        )
        let questions = try queue.service(as: settings.name, answering: api, metrics, logger, until: signals.stop)
        let service = try await place.start(answering: api, token: token)
        Console.note("serving \(settings.name), policy \(server.digest), at http://\(service.endpoint)")
        let asked = questions.map { questions in
            Task {
                // A broker that refuses for good ends the rest in order, too.
                defer { signals.stop.raise() }
                try await DedicatedThread.run(named: "questions") { try questions.run() }
            }
        }
        await watch(&watches, server, metrics, logger, until: signals.stop)
        await service.drain()
        defer { feedback?.close() }
        try await asked?.value
    }

    /// Looks at the folders now and then until the end.
    private func watch(
        _ watches: inout [FolderWatch],
        _ server: PolicyServer,
        _ metrics: ServingMetrics,
        _ logger: Logger,
        until stop: StopFlag
    ) async {
        var due = ContinuousClock.now + decisions.reloadInterval
        while !stop.isRaised {
            try? await Task.sleep(for: .milliseconds(50))
            guard ContinuousClock.now >= due else { continue }
            let looking = watches
            let looked = try? await DedicatedThread.run(named: "reload") {
                looking.map { watch in
                    var watch = watch
                    watch.look(server, metrics, logger)
                    return watch
                }
            }
            watches = looked ?? watches
            due = ContinuousClock.now + decisions.reloadInterval
        }
    }
}
