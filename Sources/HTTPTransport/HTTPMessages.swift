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
}

/// What is answered.
public struct HTTPResponse: Sendable, Hashable {
    /// The status: 200.
    public let status: Int
    /// The media type of the body.
    public let contentType: String
    /// The body.
    public let body: [UInt8]

    /// Creates an answer in words.
    public init(status: Int = 200, _ text: String, contentType: String = "text/plain; charset=utf-8") {
        self.status = status
        self.contentType = contentType
        body = Array(text.utf8)
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
