public import HTTPTransport
internal import Suggestions

/// What is asked through a queue: the same questions as over HTTP, with the same answers.
extension ServingAPI {
    /// What can be asked for, by the last part of its path over HTTP.
    public static let questionTypes = questions.map(\.rawValue)

    private static let questions: [Operation] = [.decide, .infer, .reward]

    /// Answers a question.
    ///
    /// - Parameters:
    ///   - type: What is asked for; a decision where it is empty.
    ///   - body: The observation; `nil` for one that was too long to be read.
    /// - Returns: What HTTP would answer.
    public func respond(toQuestion type: String, body: [UInt8]?) -> HTTPResponse {
        let start = ContinuousClock.now
        let response = answer(type, body)
        server.recordRequest(response.status, in: ContinuousClock.now - start)
        return response
    }

    private func answer(_ type: String, _ body: [UInt8]?) -> HTTPResponse {
        guard let body else { return Self.refusal(413, "a question has at most 1048576 bytes") }
        guard let operation = type.isEmpty ? .decide : Self.questions.first(where: { $0.rawValue == type }) else {
            return Self.refusal(404, Spelling.unknown("type", String(type.prefix(60)), among: Self.questionTypes))
        }
        let arguments = operation == .infer ? [server.settings.name] : []
        return answer(operation, arguments, HTTPRequest(method: "POST", path: operation.path, body: body))
    }
}
