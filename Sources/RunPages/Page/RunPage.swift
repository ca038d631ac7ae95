internal import Evaluation
internal import Foundation
public import HTTPTransport
internal import Synchronization
internal import TabularLearning

/// The page that shows runs: requests in, answers out.
///
/// It opens no socket and reads no folder. What takes a while is made on threads of its own, and whoever asks is told how far it is.
/// Whoever has the folders puts what they say here; those who look are told that something is new.
public final class RunPage: Sendable {
    /// A run's policy, as far as it is there.
    public enum Policy: Sendable {
        /// There is none yet.
        case none
        /// There is one, and nobody has asked for it so far.
        case unread
        /// It cannot be shown, for a reason in a sentence.
        case unreadable(String)
        /// Here it is.
        case ready(ShownPolicy)

        /// What tells one content from another; empty where there is none.
        var version: String {
            switch self {
            case .none: ""
            case .unread: "unread"
            case .unreadable(let reason): reason
            case .ready(let shown): "\(shown.source) \(shown.digest)"
            }
        }
    }

    private struct State {
        var runs: [RunSnapshot] = []
        var policies: [Policy] = []
        var wanted: Set<String> = []
        var told = ""
    }

    private let state = Mutex(State())
    private let events = HTTPEventStream()
    private let version: String
    let films = Workshop("films", mostWorks: 12)
    let pasts = Workshop("pasts", mostWorks: 6, mostBytes: 1 << 30, patience: RunPage.unseen)
    /// Stories of updates, which would push the tables out.
    let stories = Workshop("stories", mostWorks: 12, patience: RunPage.unseen)
    /// Browsers wake a page that is not seen once a minute.
    private static let unseen = Duration.seconds(90)

    /// Makes a page without runs.
    ///
    /// - Parameter version: The program's.
    public init(version: String) { self.version = version }

    /// Replaces what is shown.
    ///
    /// - Parameters:
    ///   - runs: The runs, in their order.
    ///   - policies: By run its policy.
    public func put(_ runs: [RunSnapshot], policies: [Policy]) {
        precondition(runs.count == policies.count, "a policy or its lack for each run")
        let text = JSONForm.text(Overview(version: version, runs: zip(runs, policies).map(RunSummary.init)))
        let isNew = state.withLock { state in
            (state.runs, state.policies) = (runs, policies)
            defer { state.told = text }
            return state.told != text
        }
        if isNew { events.send(text) }
    }

    /// Whether anybody follows the news.
    public var isWatched: Bool { events.readerCount > 0 }

    /// The folders whose policies somebody has asked for.
    public var wantedPolicies: Set<String> { state.withLock { $0.wanted } }

    private struct Overview: Encodable {
        let version: String
        let runs: [RunSummary]
    }

    /// Paths that say nothing of any run, so that a browser can get them before it knows the token.
    public static var openPaths: Set<String> { Set(PageFile.all.keys) }

    /// Answers a request.
    public func respond(to request: HTTPRequest) -> HTTPResponse {
        var response = answer(request)
        response.headers.merge(Self.headers) { own, _ in own }
        return response
    }

    /// An answer that says why there is none.
    ///
    /// - Parameters:
    ///   - status: The status: 403.
    ///   - reason: In words.
    /// - Returns: The answer, with the headers of all.
    public static func refusal(_ status: Int, _ reason: String) -> HTTPResponse {
        var response = HTTPResponse(status: status, reason + "\n")
        response.headers = headers
        if status == 401 { response.headers["WWW-Authenticate"] = "Bearer" }
        return response
    }

    /// Nothing but what this server has is loaded, nothing of it is shown in a frame or sent elsewhere.
    static let headers = [
        "Content-Security-Policy":
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
            + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
        "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer",
        "Cross-Origin-Resource-Policy": "same-origin", "Cross-Origin-Opener-Policy": "same-origin",
    ]

    private func answer(_ request: HTTPRequest) -> HTTPResponse {
        guard ["GET", "HEAD"].contains(request.method) else {
            var response = HTTPResponse(status: 405, "this page only shows: GET\n")
            response.headers["Allow"] = "GET, HEAD"
            return response
        }
        if let file = PageFile.all[request.path] { return HTTPResponse(file.bytes, contentType: file.contentType) }
        let words = request.path.split(separator: "/", omittingEmptySubsequences: false).dropFirst().map(String.init)
        guard words.first == "api" else { return Self.nothing }
        let (runs, policies) = state.withLock { ($0.runs, $0.policies) }
        switch words.dropFirst().first {
        case "events" where words.count == 2: return .events(events)
        case "runs" where words.count == 2:
            return Self.answer(Overview(version: version, runs: zip(runs, policies).map(RunSummary.init)))
        case "comparison" where words.count == 2: return Self.answer(RunComparison(runs))
        case "runs" where words.count >= 4:
            guard let index = Int(words[2]), runs.indices.contains(index) else { return Self.nothing }
            return answer(Array(words[3...]), of: runs[index], policies[index])
        default: return Self.nothing
        }
    }

    private func answer(_ words: [String], of run: RunSnapshot, _ policy: Policy) -> HTTPResponse {
        if ["policy", "states", "scenery", "films", "past"].contains(words[0]) {
            state.withLock { _ = $0.wanted.insert(run.folder) }
        }
        switch (words[0], words.count) {
        case ("record", 1): return Self.answer(RunRecordDocument(run))
        case ("learning", 1):
            return run.learning.map { Self.answer($0) } ?? Self.missing("There is no learning curve yet.")
        case ("greedy", 1):
            let course = GreedyDocument(run)
            return course.map { Self.answer($0) } ?? Self.missing("Nobody asked for it (--evaluate-every).")
        case ("outcome", 1):
            return run.outcome.map { Self.answer($0) } ?? Self.missing("The table has not been compared with anything.")
        case ("policy", 1): return ready(policy) { Self.answer(PolicyDocument($0)) }
        case ("life", 1): return Self.answer(RunLifeDocument(run))
        case ("states", 2): return ready(policy) { Self.row(words[1], of: $0) }
        case ("scenery", 1): return ready(policy) { scenery(of: $0, named: "\(run.folder) \(policy.version)") }
        case ("films", 3...):
            return ready(policy) { film(Array(words[1...]), of: $0, named: "\(run.folder) \(policy.version)") }
        case ("past", 1...):
            return ready(policy) { past(Array(words[1...]), of: $0, named: "\(run.folder) \(policy.version)") }
        default: return Self.nothing
        }
    }

    static func row(_ number: String, of shown: ShownPolicy) -> HTTPResponse {
        if let row = UInt64(number).flatMap({ shown.row(of: $0) }) { return answer(row) }
        let last = shown.space.stateCount - 1
        return HTTPResponse(status: 404, "there is no state \(number.prefix(30)): 0 to \(last)\n")
    }

    private func ready(_ policy: Policy, _ body: (ShownPolicy) -> HTTPResponse) -> HTTPResponse {
        switch policy {
        case .none: Self.missing("There is no policy yet: it comes with the first checkpoint, or at the end.")
        case .unread: Self.missing("The policy is being read.")
        case .unreadable(let reason): Self.missing(reason)
        case .ready(let shown): body(shown)
        }
    }

    static let nothing = HTTPResponse(status: 404, "there is nothing here\n")

    /// What is not there yet is no mistake of whoever asks.
    static func missing(_ reason: String) -> HTTPResponse { answer(["missing": reason]) }

    static func answer(_ value: some Encodable) -> HTTPResponse {
        HTTPResponse(JSONForm.text(value), contentType: "application/json")
    }
}
