/// A request that has come as a whole.
public struct HTTPRequest: Sendable, Hashable {
    /// `GET`, `HEAD`, `POST`.
    public let method: String
    /// The path, without a query.
    public let path: String
    /// What stands behind the question mark; empty for nothing.
    public let query: String
    /// The body, not longer than the service's limit.
    public let body: [UInt8]
    /// Whom it is meant for, as `Host` says; `nil` where it does not.
    public let host: String?
    /// The page that it comes from, as `Origin` says; `nil` where it does not.
    public let origin: String?
    /// What `Authorization` says.
    public let authorization: String?

    /// Creates a request.
    public init(
        method: String = "GET",
        path: String,
        query: String = "",
        body: [UInt8] = [],
        host: String? = nil,
        origin: String? = nil,
        authorization: String? = nil
    ) {
        (self.method, self.path, self.query, self.body) = (method, path, query, body)
        (self.host, self.origin, self.authorization) = (host, origin, authorization)
    }
}

/// What is answered.
public struct HTTPResponse: Sendable, Hashable {
    /// The status: 200.
    public let status: Int
    /// The media type of the body.
    public let contentType: String
    /// The body.
    public let body: [UInt8]
    /// More headers, by name: `Allow`.
    public var headers: [String: String] = [:]
    /// What follows instead of a body, for as long as both sides are there; `nil` for an answer that is whole.
    public private(set) var events: HTTPEventStream?

    /// Creates an answer in words.
    public init(status: Int = 200, _ text: String, contentType: String = "text/plain; charset=utf-8") {
        self.init(status: status, Array(text.utf8), contentType: contentType)
    }

    /// Creates an answer of bytes.
    public init(status: Int = 200, _ body: [UInt8], contentType: String) {
        self.status = status
        self.contentType = contentType
        self.body = body
    }
}

extension HTTPResponse {
    /// Creates an answer that goes on: the latest news of a stream, and all that come.
    public static func events(_ stream: HTTPEventStream) -> Self {
        var response = Self([], contentType: "text/event-stream")
        response.events = stream
        return response
    }
}

/// Where requests to one path are answered.
public struct HTTPRoute: Sendable {
    let methods: Set<String>
    let path: String
    let respond: @Sendable (HTTPRequest) -> HTTPResponse

    /// Answers requests that only read.
    ///
    /// - Parameters:
    ///   - path: The whole path: `/healthz`.
    ///   - respond: Runs on the service's thread, so it must neither wait nor compute for long.
    /// - Returns: The route, for `HTTPService.start`.
    public static func get(_ path: String, _ respond: @escaping @Sendable (HTTPRequest) -> HTTPResponse) -> Self {
        Self(methods: ["GET", "HEAD"], path: path, respond: respond)
    }

    /// Answers by path and method; 404 for another path, 405 for another method.
    static func answer(_ request: HTTPRequest, by routes: [HTTPRoute]) -> HTTPResponse {
        let there = routes.filter { $0.path == request.path }
        if there.isEmpty { return HTTPResponse(status: 404, "there is nothing here\n") }
        guard let route = there.first(where: { $0.methods.contains(request.method) }) else {
            return HTTPResponse(status: 405, "not by \(request.method)\n")
        }
        return route.respond(request)
    }
}

/// How much a service lets others do to it.
public struct HTTPLimits: Sendable, Hashable {
    /// Connections at a time; for one more, the one that has been idle longest is closed.
    public var connections = 128
    /// Bytes of a request's first line and headers together.
    public var headBytes = 16 << 10
    /// Bytes of a request's body.
    public var bodyBytes = 64 << 10
    /// Seconds for a request to come as a whole, for its answer to be taken, and for a kept connection to be used again.
    public var seconds = 10

    /// Creates the limits that suit small questions and answers.
    public init() {}
}

/// Why nothing is served, or nobody has answered.
public struct HTTPFailure: Error, Sendable, CustomStringConvertible {
    /// The reason, as part of a sentence.
    public let description: String
}
