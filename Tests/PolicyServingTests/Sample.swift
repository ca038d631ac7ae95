import HTTPTransport
import Synchronization
import TabularLearning

import PolicyServing

/// Twelve states of two factors and three actions, most of them visited.
enum Sample {
    static let space = StateSpace(
        factors: [.init("row", count: 3), .init("light", levels: ["red", "amber", "green", "dark"])],
        actions: ["left", "stay", "right"]
    )

    /// Values that differ everywhere; state 5 was never visited, in state 6 one action once.
    static func table(shift: Float = 0) -> ActionValueTable {
        var table = ActionValueTable(rowCount: 12, actionCount: 3, initialValue: 0)
        let cells = (0..<36).map { index -> ActionValueTable.Cell in
            let (state, action) = (index / 3, index % 3)
            let visits: UInt32 = state == 5 ? 0 : state == 6 ? (action == 1 ? 1 : 0) : 10
            return .init(value: Float((index * 7 + 3) % 11) + shift * Float(action), visitCount: visits)
        }
        table.replaceCells(from: 0, with: cells)
        return table
    }

    /// A policy whose digest is a word; in state 11 nothing is decided.
    static func policy(
        _ digest: String = "a",
        shift: Float = 0,
        fallback: String? = "stay",
        places: [String] = [],
        space: StateSpace = space
    ) throws -> ServedPolicy {
        let coder = FactorCoder(space, places: places) { $0 == 11 ? 0 : 0b111 }
        return ServedPolicy(
            table: table(shift: shift),
            digest: digest,
            space: space,
            coder: try coder.fallingBack(to: fallback, among: [.init("odd") { Int($0 % 2) }]),
            explanation: { "state \($0) in words" }
        )
    }

    static func server(
        _ policy: ServedPolicy,
        terms: ServedPolicy.Terms = .init(),
        canaryPlaces: Set<String> = [],
        metrics: ServingMetrics? = nil,
        unit: @escaping @Sendable () -> Double = { 0.999 },
        feedback: (@Sendable (FeedbackRecord) -> Void)? = nil
    ) -> PolicyServer {
        PolicyServer(
            policy,
            .init(name: "sample", terms: terms, canaryPlaces: canaryPlaces),
            metrics: metrics,
            now: { 1000 },
            unit: unit,
            feedback: feedback
        )
    }

    static func api(_ server: PolicyServer) -> ServingAPI {
        ServingAPI(server, version: "1.2.3", isReady: { true }, exposition: { HTTPResponse("figures") })
    }
}

/// Three detectors, of which a place may have two: the state is whether the first sees anything.
struct DetectorCoder: ObservationCoder {
    private let seen = ObservationField("seen", .counts(of: ["a", "b", "c"], most: 9), "Vehicles.")
    private let closed = ObservationField("closed", .names(["a", "b"]), isRequired: false, "Roads.")
    let count: Int

    var fields: [ObservationField] { [seen, closed] }

    func situation(of observation: Observation) throws(RequestFault) -> Situation {
        var trouble: Trouble?
        var state: UInt64?
        switch try observation.counts(seen, first: count) {
        case .value(let counts): state = counts.count == count ? min(1, UInt64(counts[0])) : nil
        case .missing: throw RequestFault("seen is missing")
        case .trouble(let found): trouble = found
        }
        if case .trouble(let found) = try observation.names(closed) { trouble = trouble ?? found }
        return Situation(state: state, allowed: 0b111, trouble: trouble) { _ in RuleChoice("rule", 2) }
    }

    func situation(in state: UInt64) -> Situation { Situation(state: state, allowed: 0b111) }

    func policy() -> ServedPolicy {
        ServedPolicy(table: Sample.table(), digest: "d", space: Sample.space, coder: self, explanation: { "\($0)" })
    }
}

extension ServingAPI {
    /// Asks, and reads the answer.
    func ask(_ path: String, _ body: JSONValue? = nil, method: String? = nil) -> (status: Int, json: JSONValue) {
        let parts = path.split(separator: "?", maxSplits: 1).map(String.init)
        let response = respond(
            to: HTTPRequest(
                method: method ?? (body == nil ? "GET" : "POST"),
                path: parts[0],
                query: parts.count > 1 ? parts[1] : "",
                body: body?.bytes ?? []
            )
        )
        return (response.status, (try? JSONReader.value(of: response.body)) ?? .null)
    }
}

extension JSONValue {
    var text: String? { if case .string(let text) = self { text } else { nil } }
    var number: Double? { if case .number(let number) = self { number } else { nil } }
    var elements: [JSONValue] { if case .array(let values) = self { values } else { [] } }
    var names: [String] { if case .object(let members) = self { members.map(\.name) } else { [] } }
}
