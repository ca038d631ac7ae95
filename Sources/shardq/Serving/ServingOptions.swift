internal import ArgumentParser
internal import CommandBasics
internal import Foundation
internal import HTTPTransport
internal import Logging
internal import Messaging
internal import PolicyServing
internal import RabbitMQMessaging
internal import RunOptions

/// Where a policy is served, and to whom.
struct ServingPlaceOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The port; 0 for any that is free.", valueName: "port"))
    var port: UInt16 = 8080

    @OptionGroup var askers: AskerOptions

    @Option(help: ArgumentHelp("The model's name (default: the folder's).", valueName: "name"))
    var name: String?

    /// A request's body.
    private static let mostBodyBytes = 1 << 20

    /// The model's name.
    func modelName(of folder: String) throws -> String {
        let name = name ?? URL(fileURLWithPath: folder).standardizedFileURL.lastPathComponent
        guard !name.isEmpty, !name.contains("/"), name.utf8.count <= 100 else {
            throw CommandFailure(.usage, "--name \(name): 1 to 100 bytes without a slash")
        }
        return name
    }

    /// Begins to answer.
    func start(answering api: ServingAPI, token: String?) async throws -> HTTPService {
        var limits = HTTPLimits()
        limits.bodyBytes = Self.mostBodyBytes
        return try await askers.start(
            port: port,
            limits: limits,
            token: token,
            open: ["/healthz", "/readyz", "/v2/health/live", "/v2/health/ready"],
            refusal: ServingAPI.refusal,
            respond: api.respond
        )
    }
}

/// How a policy is asked through a broker.
struct ServingQueueOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Answer through this broker too: amqp://HOST:PORT/VHOST or amqps://… without a password, or env for SHARDQ_BROKER.",
            valueName: "url"
        )
    )
    var amqp: String?

    @Flag(help: "Answer MQTT's clients too, whose messages RabbitMQ's plugin brings to amq.topic.")
    var mqtt = false

    func validate() throws {
        guard amqp != nil || !mqtt else {
            throw ValidationError("--mqtt without --amqp: MQTT's clients are answered through RabbitMQ; name it")
        }
    }

    /// What answers there; `nil` where no broker is named.
    func service(
        as name: String,
        answering api: ServingAPI,
        _ metrics: ServingMetrics,
        _ logger: Logger,
        until stop: StopFlag
    ) throws -> QuestionService? {
        guard let amqp else { return nil }
        guard !mqtt || QuestionNames.isTopicLevel(name) else {
            throw CommandFailure(
                .usage,
                "--mqtt: the name '\(name)' cannot be part of a topic; give one without . / + # * (--name)"
            )
        }
        return QuestionService(
            address: try BrokerAddress(argument: amqp == "env" ? nil : amqp),
            name: name,
            isOnTopics: mqtt,
            api: api,
            metrics: metrics,
            logger: logger,
            stop: stop
        )
    }
}

/// How decisions are made.
struct ServingDecisionOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "What decides where the table knows nothing: a rule or an action (default: the scenario's).",
            valueName: "rule"
        )
    )
    var fallback: String?

    @Option(help: ArgumentHelp("How often the best action has to have been tried.", valueName: "n"))
    var leastVisits: UInt32 = 1

    @Option(help: ArgumentHelp("The most seconds since an observation's time; each then needs one.", valueName: "s"))
    var staleAfter: Double?

    @Option(help: ArgumentHelp("Share of decisions at which any allowed action is taken.", valueName: "p"))
    var epsilon: Double = 0

    @Option(help: ArgumentHelp("Seconds between two looks at the folders.", valueName: "s"))
    var reloadEvery: Double = 1

    func validate() throws {
        guard leastVisits >= 1 else { throw ValidationError("--least-visits \(leastVisits): at least 1") }
        guard staleAfter.map({ $0 > 0 && $0 <= 86_400 }) ?? true else {
            throw ValidationError("--stale-after \(staleAfter ?? 0): above 0, at most 86400 seconds")
        }
        guard (0...1).contains(epsilon) else { throw ValidationError("--epsilon \(epsilon): a share, 0 to 1") }
        guard (0.1...3600).contains(reloadEvery) else {
            throw ValidationError("--reload-every \(reloadEvery): 0.1 to 3600 seconds")
        }
    }

    var terms: ServedPolicy.Terms { .init(leastVisits: leastVisits, staleAfter: staleAfter, epsilon: epsilon) }

    var reloadInterval: Duration { .seconds(reloadEvery) }
}

/// What happens beside the decisions.
struct ServingBesideOptions: ParsableArguments {
    @Option(help: "A policy that is asked beside; how often it agrees is counted.", completion: .directory)
    var shadow: String?

    @Option(help: "A policy that decides at --canary-places.", completion: .directory)
    var canary: String?

    @Option(help: ArgumentHelp("Where it does.", valueName: "a,b,…"))
    var canaryPlaces: String?

    @Option(
        help: ArgumentHelp("Append what was decided to this file, a JSON object a line.", valueName: "file"),
        completion: .file()
    )
    var feedback: String?

    @Option(
        help: ArgumentHelp("Begin another file beyond this size; the last 10 stay (default: 100).", valueName: "mb")
    )
    var feedbackMegabytes: Int?

    func validate() throws {
        guard (canary == nil) == (canaryPlaces == nil) else {
            throw ValidationError("--canary and --canary-places go together: which policy, and where it decides")
        }
        guard feedback != nil || feedbackMegabytes == nil else {
            throw ValidationError(
                "--feedback-megabytes without --feedback: nothing is written; name a file, or leave it out"
            )
        }
        if let feedbackMegabytes, !(1...100_000).contains(feedbackMegabytes) {
            throw ValidationError("--feedback-megabytes \(feedbackMegabytes): 1 to 100000")
        }
    }

    /// The other folders and what their policies are there for.
    var others: [(folder: String, role: PolicyServer.Role)] {
        (shadow.map { [($0, .shadow)] } ?? []) + (canary.map { [($0, .canary)] } ?? [])
    }

    /// The canary's places, as the policy names them.
    func canaryPlaces(of policy: ServedPolicy) throws -> [String] {
        guard let canaryPlaces else { return [] }
        do {
            return try canaryPlaces.split(separator: ",").map { try policy.place(named: String($0)) }
        } catch {
            throw CommandFailure(.usage, "--canary-places \(canaryPlaces): \(error)")
        }
    }

    /// The log of what is decided; `nil` where nobody wants one.
    func feedbackLog(_ metrics: ServingMetrics, _ logger: Logger) throws -> FeedbackLog? {
        try feedback.map { try FeedbackLog($0, mostBytes: (feedbackMegabytes ?? 100) << 20, metrics, logger) }
    }
}
