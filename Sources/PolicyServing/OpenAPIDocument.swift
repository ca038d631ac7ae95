internal import TabularLearning

/// What can be asked and what is answered, in the form of OpenAPI 3.1.
struct OpenAPIDocument {
    private let server: PolicyServer
    private let policy: ServedPolicy
    private let version: String

    init(_ server: PolicyServer, _ policy: ServedPolicy, version: String) {
        self.server = server
        self.policy = policy
        self.version = version
    }

    /// The document.
    var json: JSONValue {
        let paths = ServingAPI.Operation.allCases.map { operation in
            JSONValue.Member(operation.path, [operation.method.lowercased(): description(of: operation)])
        }
        return [
            "openapi": "3.1.0",
            "info": [
                "title": .string("shardq serve, model \(server.settings.name)"), "version": .string(version),
                "description":
                    "Decisions of a learned policy: the Open Inference Protocol below /v2, and plain questions.",
            ],
            "paths": .object(paths),
            "components": ["schemas": ["Error": Self.error, "Decision": decision]],
        ]
    }

    private func description(of operation: ServingAPI.Operation) -> JSONValue {
        var members: [JSONValue.Member] = [
            .init("operationId", .string(operation.rawValue)), .init("summary", .string(operation.summary)),
        ]
        let parameters = parameters(of: operation)
        if !parameters.isEmpty { members.append(.init("parameters", .array(parameters))) }
        if let body = body(of: operation) {
            members.append(.init("requestBody", ["required": true, "content": ["application/json": ["schema": body]]]))
        }
        members.append(.init("responses", responses(of: operation)))
        return .object(members)
    }

    private func parameters(of operation: ServingAPI.Operation) -> [JSONValue] {
        var parameters: [JSONValue] = []
        if operation.path.contains("{model}") { parameters.append(Self.word("model", [server.settings.name])) }
        if operation.path.contains("{version}") {
            parameters.append(Self.word("version", server.present.versions.map(\.digest)))
        }
        guard operation == .explain else { return parameters }
        return policy.fields.map { field in
            [
                "name": .string(field.name), "in": "query", "required": false, "style": "form", "explode": false,
                "description": .string(field.meaning), "schema": Self.querySchema(of: field),
            ]
        }
    }

    private static func word(_ name: String, _ known: [String]) -> JSONValue {
        [
            "name": .string(name), "in": "path", "required": true,
            "schema": ["type": "string", "enum": .array(known.map { .string($0) })],
        ]
    }

    private func body(of operation: ServingAPI.Operation) -> JSONValue? {
        switch operation {
        case .decide: observation
        case .reward: reward
        case .infer, .inferVersion: inference
        default: nil
        }
    }

    /// The state's number alone, or what is seen.
    private var observation: JSONValue {
        let always = policy.fields.filter {
            field in
            ObservationField.common.contains { $0.name == field.name } || field.name == policy.coder.place?.name
        }
        let seen = policy.coder.fields.filter { $0.name != "state" } + ObservationField.common
        let state = policy.fields.filter { $0.name == "state" } + always
        var forms = [Self.object(state, required: ["state"] + requiredTime)]
        let required = seen.filter(\.isRequired).map(\.name)
        if !required.isEmpty { forms.append(Self.object(seen, required: required + requiredTime)) }
        return ["anyOf": .array(forms)]
    }

    /// What came of a decision.
    private var reward: JSONValue {
        var properties: [JSONValue.Member] = [
            .init("reward", ["type": "number"]), .init("end", ["type": "boolean"]),
            .init("episode", Self.schema(of: .episode)),
        ]
        if case .level(_, let labels)? = policy.coder.place?.kind {
            properties.append(.init("place", ["enum": .array(labels.prefix(Self.mostNames).map { .string($0) })]))
        }
        return [
            "type": "object", "additionalProperties": false, "required": ["reward"], "properties": .object(properties),
        ]
    }

    private var requiredTime: [String] { server.settings.terms.staleAfter == nil ? [] : ["time"] }

    private static func object(_ fields: [ObservationField], required: [String]) -> JSONValue {
        var names: Set<String> = []
        let own = fields.filter { names.insert($0.name).inserted }
        return [
            "type": "object", "additionalProperties": false,
            "required": .array(required.map { .string($0) }),
            "properties": .object(own.map { .init($0.name, schema(of: $0)) }),
        ]
    }

    /// What a detector may say is any number or none: one that cannot be leads to a fallback and is answered.
    private static let reading: JSONValue = ["type": ["number", "null"]]

    /// The most names that are listed.
    private static let mostNames = 256

    private static func schema(of field: ObservationField) -> JSONValue {
        var members: [JSONValue.Member] = [.init("description", .string(field.meaning))]
        switch field.kind {
        case .level(let count, let labels):
            let number: JSONValue = ["type": "integer", "minimum": 0, "maximum": .number(Double(count - 1))]
            let name: JSONValue = ["enum": .array(labels.prefix(mostNames).map { .string($0) })]
            members.append(.init("anyOf", .array(labels.isEmpty ? [number] : [name, number])))
        case .count: members += [.init("type", ["number", "null"])]
        case .counts(let names, _):
            members.append(
                .init(
                    "anyOf",
                    [
                        [
                            "type": "array", "items": reading, "minItems": .count(names.count),
                            "maxItems": .count(names.count),
                        ],
                        [
                            "type": "object", "additionalProperties": false,
                            "properties": .object(names.map { .init($0, reading) }),
                        ],
                        ["type": "null"],
                    ]
                )
            )
        case .names(let names):
            members += [.init("type", "array"), .init("items", ["enum": .array(names.map { .string($0) })])]
        case .time: members.append(.init("type", "number"))
        case .text(let most): members += [.init("type", "string"), .init("maxLength", .count(most))]
        }
        return .object(members)
    }

    /// In a query everything is text: lists have commas.
    private static func querySchema(of field: ObservationField) -> JSONValue {
        switch field.kind {
        case .counts(let names, _):
            [
                "type": "array", "items": ["type": "integer", "minimum": 0], "minItems": .count(names.count),
                "maxItems": .count(names.count),
            ]
        case .count: ["type": "integer", "minimum": 0]
        default: schema(of: field)
        }
    }

    private var inference: JSONValue {
        let element: JSONValue = ["type": ["number", "string", "boolean", "array"]]
        let tensor: JSONValue = [
            "type": "object", "required": ["name", "shape", "datatype", "data"], "additionalProperties": false,
            "properties": [
                "name": ["enum": .array(policy.fields.map { .string($0.name) })],
                "shape": ["type": "array", "items": ["type": "integer", "minimum": 0], "minItems": 1, "maxItems": 4],
                "datatype": ["enum": .array(Tensor.typeNames.map { .string($0) })],
                "parameters": ["type": "object"],
                "data": ["type": "array", "items": element],
            ],
        ]
        let output: JSONValue = [
            "type": "object", "required": ["name"], "additionalProperties": false,
            "properties": [
                "name": ["enum": .array(OpenInference.outputNames.map { .string($0) })],
                "parameters": ["type": "object"],
            ],
        ]
        return [
            "type": "object", "required": ["inputs"], "additionalProperties": false,
            "properties": [
                "id": ["type": "string"], "parameters": ["type": "object"],
                "inputs": ["type": "array", "minItems": 1, "items": tensor],
                "outputs": ["type": "array", "items": output],
            ],
        ]
    }

    private func responses(of operation: ServingAPI.Operation) -> JSONValue {
        var members: [JSONValue.Member] = []
        let json: (JSONValue) -> JSONValue = { ["application/json": ["schema": $0]] }
        let text: JSONValue = ["text/plain": ["schema": ["type": "string"]]]
        let isText = [.metrics, .healthy, .ready].contains(operation)
        let good: JSONValue = operation == .decide ? ["$ref": "#/components/schemas/Decision"] : ["type": "object"]
        members.append(.init("200", ["description": "The answer.", "content": isText ? text : json(good)]))
        let refusal = json(["$ref": "#/components/schemas/Error"])
        var refusals: [(String, String)] = [
            ("401", "The token is missing or wrong."), ("403", "The Host or Origin is none of this server's."),
        ]
        if operation.isMeasured {
            refusals += [
                ("400", "A mistake in the request."),
                ("409", "Nothing is to be decided there, or neither the table nor a rule knows what to do."),
            ]
        }
        if operation.path.contains("{") { refusals.append(("404", "There is no such model or version.")) }
        for (status, meaning) in refusals {
            members.append(.init(status, ["description": .string(meaning), "content": refusal]))
        }
        if [.serverReady, .modelReady, .versionReady, .ready].contains(operation) {
            members.append(
                .init(
                    "503",
                    ["description": "It is about to end.", "content": isText ? text : json(["type": "object"])]
                )
            )
        }
        return .object(members)
    }

    private static let error: JSONValue = [
        "type": "object", "required": ["error"], "properties": ["error": ["type": "string"]],
    ]

    private var decision: JSONValue {
        let count = JSONValue.count(policy.space.actionCount)
        let word: JSONValue = ["type": "string"]
        return [
            "type": "object",
            "required": [
                "action", "name", "values", "visits", "margin", "source", "reason", "policy", "state", "propensity",
            ],
            "properties": [
                "action": ["type": "integer", "minimum": 0, "exclusiveMaximum": count],
                "name": policy.coder.namesActionsByPlace
                    ? word : ["enum": .array(policy.space.actions.map { .string($0) })],
                "values": ["type": "array", "items": ["type": ["number", "null"]], "maxItems": count],
                "visits": ["type": "array", "items": ["type": "integer", "minimum": 0], "maxItems": count],
                "margin": ["type": ["number", "null"]],
                "source": ["enum": .array(Decision.Source.allCases.map { .string($0.rawValue) })],
                "reason": ["enum": .array(FallbackReason.allCases.map { .string($0.rawValue) } + [.null])],
                "policy": word, "state": ["type": ["integer", "null"]],
                "propensity": ["type": "number", "exclusiveMinimum": 0, "maximum": 1],
                "place": word, "rule": word, "trouble": word,
            ],
        ]
    }
}

extension ServingAPI.Operation {
    /// What it is, in one sentence.
    var summary: String {
        switch self {
        case .serverMetadata: "What the server is."
        case .serverLive: "Whether the server answers."
        case .serverReady: "Whether the server wants requests."
        case .modelMetadata: "What the model is: its versions, inputs and outputs."
        case .modelReady: "Whether the model wants requests."
        case .versionMetadata: "What a version of the model is."
        case .versionReady: "Whether a version of the model wants requests."
        case .infer: "Decides on one or many observations."
        case .inferVersion: "Decides on one or many observations by a version of the model."
        case .decide: "Decides on what is seen."
        case .reward: "Notes a reward for the last decision of an episode in a place."
        case .explain: "Says what would be decided and why."
        case .description: "This document."
        case .metrics: "Figures in Prometheus' text format."
        case .healthy: "Whether the process answers at all."
        case .ready: "Whether it wants requests."
        }
    }
}
