internal import Suggestions
internal import TabularLearning

/// The Open Inference Protocol, version 2, as JSON: what a model is asked with and answers.
///
/// A model's inputs are the fields of an observation, a tensor each with as many rows as there are observations; its outputs
/// are what a decision has. Source: kserve.github.io, *Open Inference Protocol (V2)*.
struct OpenInference {
    let server: PolicyServer

    /// The most observations of a request.
    static let mostRows = 4096

    /// An output: its name, its type, and what it has of a decision.
    private struct Output {
        let name: String
        let type: String
        let value: @Sendable (Decision, Int) -> [JSONValue]
        /// Whether it has an element for each action.
        var isByAction = false
    }

    private static let outputs: [Output] = [
        Output(name: "action", type: "INT32") { decision, _ in [.count(decision.action)] },
        Output(name: "name", type: "BYTES") { decision, _ in [.string(decision.name)] },
        Output(name: "source", type: "BYTES") { decision, _ in [.string(decision.source.rawValue)] },
        Output(name: "reason", type: "BYTES") { decision, _ in [.string(decision.reason?.rawValue ?? "")] },
        Output(name: "policy", type: "BYTES") { decision, _ in [.string(decision.policy)] },
        Output(name: "propensity", type: "FP64") { decision, _ in [.number(decision.propensity)] },
        Output(
            name: "values",
            type: "FP32",
            value: { decision, count in
                decision.values.isEmpty
                    ? Array(repeating: .number(0), count: count) : decision.values.map { .single($0) }
            },
            isByAction: true
        ),
        Output(
            name: "visits",
            type: "UINT32",
            value: { decision, count in
                decision.visits.isEmpty
                    ? Array(repeating: .number(0), count: count) : decision.visits.map { .count($0) }
            },
            isByAction: true
        ),
    ]

    /// What the outputs are called.
    static var outputNames: [String] { outputs.map(\.name) }

    /// What the server is.
    func serverMetadata(version: String) -> JSONValue {
        ["name": "shardq", "version": .string(version), "extensions": []]
    }

    /// What the model is, or one version of it.
    ///
    /// - Throws: `RequestFault` for a version that there is not.
    func modelMetadata(_ version: String?, _ policies: PolicyServer.Policies) throws(RequestFault) -> JSONValue {
        let policy =
            try version.map { (digest) throws(RequestFault) in try server.policy(digest, policies) } ?? policies.current
        let versions = version.map { [$0] } ?? policies.versions.map(\.digest)
        let actions = policy.space.actions
        return [
            "name": .string(server.settings.name),
            "versions": .array(versions.map { .string($0) }),
            "platform": "shardq",
            "inputs": .array(policy.fields.map { Self.tensor($0.name, Self.type(of: $0), width: Self.width(of: $0)) }),
            "outputs": .array(
                Self.outputs.map { Self.tensor($0.name, $0.type, width: $0.isByAction ? actions.count : nil) }
            ),
            "parameters": ["actions": .array(actions.map { .string($0) })],
        ]
    }

    private static func tensor(_ name: String, _ type: String, width: Int?) -> JSONValue {
        [
            "name": .string(name), "datatype": .string(type),
            "shape": .array([.number(-1)] + (width.map { [.number(Double($0))] } ?? [])),
        ]
    }

    private static func type(of field: ObservationField) -> String {
        switch field.kind {
        case .level(_, let labels): labels.isEmpty ? "INT64" : "BYTES"
        case .count, .counts: "INT32"
        case .names, .text: "BYTES"
        case .time: "FP64"
        }
    }

    private static func width(of field: ObservationField) -> Int? {
        switch field.kind {
        case .level, .count, .time, .text: nil
        case .counts(let names, _): names.count
        case .names: -1
        }
    }

    /// Answers an inference request.
    ///
    /// - Throws: `RequestFault` for what the protocol does not have, and for what keeps a decision from being made.
    func infer(_ request: JSONValue, _ version: String?, _ policies: PolicyServer.Policies) throws(RequestFault)
        -> JSONValue
    {
        guard case .object(let members) = request else {
            throw RequestFault("the request is \(request.kind); an object with \"inputs\" is wanted")
        }
        let known = ["id", "parameters", "inputs", "outputs"]
        for member in members where !known.contains(member.name) {
            throw RequestFault(Spelling.unknown("key", member.name, among: known))
        }
        try Self.checkParameters(request["parameters"])
        if let id = request["id"] {
            guard case .string = id else { throw RequestFault("id is \(id.kind); a string is wanted") }
        }
        let policy =
            try version.map { (digest) throws(RequestFault) in try server.policy(digest, policies) } ?? policies.current
        let wanted = try Self.wanted(request["outputs"])
        let decisions = try server.decide(try rows(request["inputs"], policy), version: version, policies)
        // What a canary decides says so in the output "policy"; the answer as a whole is the version's that was asked for.
        var answer: [JSONValue.Member] = [
            .init("model_name", .string(server.settings.name)), .init("model_version", .string(policy.digest)),
        ]
        if let id = request["id"] { answer.append(.init("id", id)) }
        let count = policy.space.actionCount
        answer.append(
            .init(
                "outputs",
                .array(
                    wanted.map { output in
                        [
                            "name": .string(output.name), "datatype": .string(output.type),
                            "shape": .array([.count(decisions.count)] + (output.isByAction ? [.count(count)] : [])),
                            "data": .array(decisions.flatMap { output.value($0, count) }),
                        ]
                    }
                )
            )
        )
        return .object(answer)
    }

    /// The parameters that Triton's client sends ask for binary answers; JSON is always a right one.
    private static func checkParameters(_ value: JSONValue?) throws(RequestFault) {
        guard let value else { return }
        guard case .object(let members) = value else {
            throw RequestFault("parameters is \(value.kind); an object is wanted")
        }
        for member in members where !["binary_data_output", "binary_data"].contains(member.name) {
            throw RequestFault("the parameter \"\(member.name.prefix(60))\" is none that this server knows")
        }
    }

    private static func wanted(_ value: JSONValue?) throws(RequestFault) -> [Output] {
        guard let value else { return outputs }
        guard case .array(let parts) = value else { throw RequestFault("outputs is \(value.kind); a list is wanted") }
        var wanted: [Output] = []
        for part in parts {
            guard case .object(let members) = part, case .string(let name)? = part["name"] else {
                throw RequestFault("an output is \(part.kind) without a name")
            }
            guard members.allSatisfy({ ["name", "parameters"].contains($0.name) }) else {
                throw RequestFault("output \(name.prefix(60)) has more than a name and parameters")
            }
            try checkParameters(part["parameters"])
            guard let output = outputs.first(where: { $0.name == name }) else {
                throw RequestFault(Spelling.unknown("output", String(name.prefix(60)), among: outputs.map(\.name)))
            }
            guard !wanted.contains(where: { $0.name == name }) else {
                throw RequestFault("output \(name) is asked for twice")
            }
            wanted.append(output)
        }
        return wanted.isEmpty ? outputs : wanted
    }

    /// Turns tensors into observations.
    private func rows(_ value: JSONValue?, _ policy: ServedPolicy) throws(RequestFault) -> [[JSONValue.Member]] {
        guard case .array(let inputs)? = value, let first = inputs.first else {
            throw RequestFault(
                "inputs is missing; a list of tensors is wanted: \(policy.fields.map(\.name).joined(separator: ", "))"
            )
        }
        guard inputs.count <= policy.fields.count else {
            throw RequestFault("\(inputs.count) inputs; there are \(policy.fields.map(\.name).joined(separator: ", "))")
        }
        let count = try Tensor(first, mostRows: Self.mostRows).rowCount
        var rows = Array(repeating: [JSONValue.Member](), count: count)
        var names: Set<String> = []
        for input in inputs {
            let tensor = try Tensor(input, mostRows: Self.mostRows)
            guard let field = policy.fields.first(where: { $0.name == tensor.name }) else {
                throw RequestFault(
                    Spelling.unknown("input", String(tensor.name.prefix(60)), among: policy.fields.map(\.name))
                )
            }
            guard names.insert(tensor.name).inserted else { throw RequestFault("input \(tensor.name) comes twice") }
            guard tensor.rowCount == count else {
                throw RequestFault("input \(tensor.name) has \(tensor.rowCount) rows, another one \(count)")
            }
            for row in 0..<count { rows[row].append(.init(tensor.name, try tensor.value(of: row, for: field))) }
        }
        return rows
    }
}
