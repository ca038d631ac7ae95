public import HTTPTransport

/// All that can be asked of a server of policies over HTTP, as values: a request in, an answer out.
public struct ServingAPI: Sendable {
    /// What can be asked.
    package enum Operation: String, CaseIterable {
        case serverMetadata, serverLive, serverReady, modelMetadata, modelReady, versionMetadata, versionReady
        case infer, inferVersion, decide, reward, explain, description, metrics, healthy, ready
    }

    let server: PolicyServer
    private let version: String
    private let isReady: @Sendable () -> Bool
    private let exposition: @Sendable () -> HTTPResponse

    /// Puts it together.
    ///
    /// - Parameters:
    ///   - server: Decides.
    ///   - version: Of the program.
    ///   - isReady: Whether more requests are wanted.
    ///   - exposition: Answers what `/metrics` asks.
    public init(
        _ server: PolicyServer,
        version: String,
        isReady: @escaping @Sendable () -> Bool,
        exposition: @escaping @Sendable () -> HTTPResponse
    ) {
        self.server = server
        self.version = version
        self.isReady = isReady
        self.exposition = exposition
    }

    /// Answers a request.
    public func respond(to request: HTTPRequest) -> HTTPResponse {
        let parts = request.path.split(separator: "/", omittingEmptySubsequences: false).dropFirst()
            .map { Self.decoded($0, isQuery: false) }
        let fitting = Operation.allCases.compactMap { operation in
            operation.arguments(of: parts).map { (operation, $0) }
        }
        guard !fitting.isEmpty else {
            return Self.refusal(.unknown("there is no \(request.path.prefix(120)); /openapi.json says what there is"))
        }
        let method = request.method == "HEAD" ? "GET" : request.method
        guard let (operation, arguments) = fitting.first(where: { $0.0.method == method }) else {
            let allowed = fitting.map(\.0.method).joined(separator: ", ")
            var refusal = Self.refusal(
                RequestFault(
                    "\(request.path.prefix(120)) is asked by \(allowed), not by \(request.method)",
                    status: 405
                )
            )
            refusal.headers["Allow"] = allowed
            return refusal
        }
        guard operation.isMeasured else { return answer(operation, arguments, request) }
        let start = ContinuousClock.now
        let response = answer(operation, arguments, request)
        server.recordRequest(response.status, in: ContinuousClock.now - start)
        return response
    }

    func answer(_ operation: Operation, _ arguments: [String], _ request: HTTPRequest) -> HTTPResponse {
        do throws(RequestFault) {
            let policies = server.present
            if let name = arguments.first, name != server.settings.name {
                throw RequestFault.unknown(
                    "there is no model \"\(name.prefix(80))\"; this server has \"\(server.settings.name)\""
                )
            }
            let version = arguments.dropFirst().first
            let protocolV2 = OpenInference(server: server)
            switch operation {
            case .serverMetadata: return Self.json(protocolV2.serverMetadata(version: self.version))
            case .serverLive: return Self.json(["live": true])
            case .serverReady: return Self.json(["ready": .bool(isReady())], status: isReady() ? 200 : 503)
            case .modelMetadata, .versionMetadata: return Self.json(try protocolV2.modelMetadata(version, policies))
            case .modelReady, .versionReady:
                if let version { _ = try server.policy(version, policies) }
                return Self.json(
                    ["name": .string(server.settings.name), "ready": .bool(isReady())],
                    status: isReady() ? 200 : 503
                )
            case .infer, .inferVersion:
                return Self.json(try protocolV2.infer(try Self.body(of: request), version, policies))
            case .decide:
                guard case .object(let members) = try Self.body(of: request) else {
                    throw RequestFault("the body is no object; say \(Self.wanted(policies))")
                }
                return Self.json(try server.decide([members], version: nil, policies)[0].json)
            case .reward:
                try server.note(try Self.body(of: request), policies)
                return Self.json(["noted": true])
            case .explain: return try explain(request.query, policies)
            case .description: return Self.json(OpenAPIDocument(server, policies.current, version: self.version).json)
            case .metrics: return exposition()
            case .healthy: return HTTPResponse("alive\n")
            case .ready:
                return isReady() ? HTTPResponse("ready\n") : HTTPResponse(status: 503, "not ready: about to end\n")
            }
        } catch {
            return Self.refusal(error)
        }
    }

    private static func wanted(_ policies: PolicyServer.Policies) -> String {
        policies.current.fields.map(\.name).joined(separator: ", ")
    }

    private func explain(_ query: String, _ policies: PolicyServer.Policies) throws(RequestFault) -> HTTPResponse {
        let policy = policies.current
        var members: [JSONValue.Member] = []
        for pair in query.split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let (name, text) = (
                Self.decoded(parts[0], isQuery: true), parts.count > 1 ? Self.decoded(parts[1], isQuery: true) : ""
            )
            guard !members.contains(where: { $0.name == name }) else {
                throw RequestFault("\(name.prefix(60)) comes twice")
            }
            let value = policy.fields.first { $0.name == name }?.value(ofQuery: text) ?? .string(text)
            members.append(.init(name, value))
        }
        guard !members.isEmpty else { throw RequestFault("nothing is asked; say \(Self.wanted(policies))") }
        let decision = try server.explain(members, policies)
        let words: JSONValue = decision.state.map { .string(policy.explain($0)) } ?? .null
        guard case .object(let parts) = decision.json else { return Self.json(decision.json) }
        return Self.json(.object(parts + [.init("text", words)]))
    }

    private static func body(of request: HTTPRequest) throws(RequestFault) -> JSONValue {
        do {
            return try JSONReader.value(of: request.body)
        } catch {
            throw RequestFault("the body is no JSON: \(error)")
        }
    }

    private static func json(_ value: JSONValue, status: Int = 200) -> HTTPResponse {
        HTTPResponse(status: status, value.bytes, contentType: "application/json")
    }

    /// A refusal in the protocol's form.
    public static func refusal(_ status: Int, _ reason: String) -> HTTPResponse {
        refusal(RequestFault(reason, status: status))
    }

    static func refusal(_ fault: RequestFault) -> HTTPResponse {
        var response = json(["error": .string(fault.description)], status: fault.status)
        if fault.status == 401 { response.headers["WWW-Authenticate"] = "Bearer" }
        return response
    }

    /// Text with `%41`, and in a query `+`, turned back; what is no such code stays as it is.
    private static func decoded(_ text: some StringProtocol, isQuery: Bool) -> String {
        guard text.utf8.contains(where: { $0 == UInt8(ascii: "%") || $0 == UInt8(ascii: "+") }) else {
            return String(text)
        }
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%"), rest.count >= 2,
                rest.prefix(2).allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }),
                let code = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
            {
                bytes.append(code)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(isQuery && byte == UInt8(ascii: "+") ? UInt8(ascii: " ") : byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

extension ServingAPI.Operation {
    /// How it is asked.
    var method: String {
        switch self {
        case .infer, .inferVersion, .decide, .reward: "POST"
        default: "GET"
        }
    }

    /// Where it is asked; a part in braces is any word.
    package var path: String {
        switch self {
        case .serverMetadata: "/v2"
        case .serverLive: "/v2/health/live"
        case .serverReady: "/v2/health/ready"
        case .modelMetadata: "/v2/models/{model}"
        case .modelReady: "/v2/models/{model}/ready"
        case .versionMetadata: "/v2/models/{model}/versions/{version}"
        case .versionReady: "/v2/models/{model}/versions/{version}/ready"
        case .infer: "/v2/models/{model}/infer"
        case .inferVersion: "/v2/models/{model}/versions/{version}/infer"
        case .decide: "/decide"
        case .reward: "/reward"
        case .explain: "/explain"
        case .description: "/openapi.json"
        case .metrics: "/metrics"
        case .healthy: "/healthz"
        case .ready: "/readyz"
        }
    }

    private static let templates = Dictionary(
        uniqueKeysWithValues: allCases.map { ($0, $0.path.split(separator: "/").map(String.init)) }
    )

    /// Whether it counts as a request.
    var isMeasured: Bool { [.infer, .inferVersion, .decide, .reward, .explain].contains(self) }

    /// The words of a path that stand for the braces; `nil` for another path.
    func arguments(of parts: [String]) -> [String]? {
        let template = Self.templates[self] ?? []
        guard template.count == parts.count else { return nil }
        var arguments: [String] = []
        for (own, part) in zip(template, parts) {
            if own.hasPrefix("{") {
                arguments.append(part)
            } else if own != part {
                return nil
            }
        }
        return arguments
    }
}
