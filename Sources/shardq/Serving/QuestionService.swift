internal import CommandBasics
internal import HTTPTransport
internal import Logging
internal import Messaging
internal import PolicyServing
internal import RabbitMQMessaging

/// Answers what comes through a broker's queue, and connects again when the broker was away.
struct QuestionService: Sendable {
    let address: BrokerAddress
    /// Under which name it is asked.
    let name: String
    /// Whether MQTT's clients are answered too.
    let isOnTopics: Bool
    let api: ServingAPI
    let metrics: ServingMetrics
    let logger: Logger
    let stop: StopFlag

    /// How long a broker may be away.
    private static let patience = Duration.seconds(86_400)
    /// How long what has come is answered in the end; whoever asks on and on is not waited for.
    private static let farewell = Duration.seconds(1)
    /// How soon a wish to end is noticed.
    private static let turn = Duration.milliseconds(100)

    private var names: QuestionNames {
        QuestionNames(name: name, topicTypes: isOnTopics ? ServingAPI.questionTypes : [])
    }

    /// Answers until it is to end; blocks its thread.
    ///
    /// - Throws: `MessagingError` for what the broker refuses for good, and when it stays away.
    func run() throws(MessagingError) {
        let patiently = ConnectionPatience(Self.patience, stop: stop) { [logger] in logger.warning("\($0)") }
        var loss: MessagingError?
        while let queue = try patiently.endpoint(after: loss, connect) {
            metrics.recordQueue(isConnected: true)
            Console.note("answering through \(queue.place)")
            do throws(MessagingError) {
                return try serve(queue)
            } catch {
                metrics.recordQueue(isConnected: false)
                logger.warning("\(error); connecting again")
                loss = error
            }
        }
    }

    private func connect() throws(MessagingError) -> QuestionQueue {
        try QuestionQueue(address: address, names: names, application: "shardq serve \(name)")
    }

    /// Answers what comes, and in the end what has come.
    private func serve(_ queue: QuestionQueue) throws(MessagingError) {
        var end: ContinuousClock.Instant?
        while end.map({ ContinuousClock.now < $0 }) ?? true {
            let isLast = stop.isRaised
            if isLast { end = end ?? ContinuousClock.now + Self.farewell }
            let question = try queue.next(within: isLast ? .zero : Self.turn, unanswerable: metrics.recordUnanswerable)
            if let question {
                let response = api.respond(toQuestion: question.type, body: question.body)
                try queue.answer(question, with: response.body, type: response.status < 400 ? "answer" : "refusal")
            } else if isLast {
                return
            }
        }
    }
}
