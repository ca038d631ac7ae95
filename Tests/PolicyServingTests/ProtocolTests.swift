import HTTPTransport
import TabularLearning
import Testing

import PolicyServing

@Suite("The Open Inference Protocol")
struct ProtocolTests {
    private let api: ServingAPI

    init() throws { api = Sample.api(Sample.server(try Sample.policy())) }

    private func tensor(_ name: String, _ shape: JSONValue, _ type: JSONValue, _ data: JSONValue) -> JSONValue {
        ["name": .string(name), "shape": shape, "datatype": type, "data": data]
    }

    private func infer(_ inputs: JSONValue, _ more: [JSONValue.Member] = []) -> (status: Int, json: JSONValue) {
        api.ask("/v2/models/sample/infer", .object([.init("inputs", inputs)] + more))
    }

    private func output(_ name: String, _ json: JSONValue) -> JSONValue? {
        json["outputs"]?.elements.first { $0["name"] == .string(name) }
    }

    @Test("tells health and what the model is")
    func metadata() {
        #expect(api.ask("/v2").json["name"] == "shardq")
        #expect(api.ask("/v2/health/live").json == ["live": true])
        #expect(api.ask("/v2/health/ready").json == ["ready": true])
        #expect(api.ask("/v2/models/sample/ready").json == ["name": "sample", "ready": true])
        #expect(api.ask("/v2/models/sample/versions/a/ready").status == 200)
        #expect(api.ask("/v2/models/sample/versions/b/ready").status == 404)
        #expect(api.ask("/v2/models/simple").status == 404)
        let model = api.ask("/v2/models/sample").json
        #expect(model["inputs"]?.elements.map { $0["name"] } == ["row", "light", "state", "time", "episode"])
        #expect(model["inputs"]?.elements.map { $0["datatype"] } == ["INT64", "BYTES", "INT64", "FP64", "BYTES"])
    }

    @Test("decides on many observations at once as one by one")
    func batch() {
        let states: [JSONValue] = (0..<11).map { .number(Double($0)) }
        let (status, json) = infer([tensor("state", [11], "INT64", .array(states))], [.init("id", "x7")])
        #expect(status == 200 && json["id"] == "x7" && json["model_name"] == "sample" && json["model_version"] == "a")
        let single = states.map { api.ask("/decide", ["state": $0]).json }
        #expect(output("action", json)?["data"] == .array(single.map { $0["action"] ?? .null }))
        #expect(output("source", json)?["data"] == .array(single.map { $0["source"] ?? .null }))
        #expect(output("values", json)?["shape"] == [11, 3])
        #expect(output("values", json)?["data"]?.elements.count == 33)
        let rows = tensor("row", [2, 1], "INT32", [[1], [2]])
        let seen = infer(
            [rows, tensor("light", [2], "BYTES", ["red", "green"])],
            [.init("outputs", [["name": "name"]])]
        )
        #expect(seen.json["outputs"]?.elements.count == 1)
        #expect(
            output("name", seen.json)?["data"] == .array([single[4]["name"] ?? .null, single[10]["name"] ?? .null])
        )
    }

    @Test("refuses what the protocol does not have, in its form")
    func refusals() {
        let one = tensor("state", [1], "INT64", [0])
        let wrong: [(JSONValue, [JSONValue.Member], String)] = [
            ([], [], "inputs is missing"), ("x", [], "inputs is missing"), ([7], [], "a number"),
            ([tensor("stat", [1], "INT64", [0])], [], "did you mean state?"),
            ([tensor("state", [2], "INT64", [0])], [], "1 elements"),
            ([tensor("state", [0], "INT64", [])], [], "0 rows"),
            ([tensor("state", [4097], "INT64", [0])], [], "4097 rows"),
            ([tensor("state", [-1], "INT64", [0])], [], "dimension"),
            ([tensor("state", [], "INT64", [0])], [], "no shape"),
            ([tensor("state", [1], "INT65", [0])], [], "datatype"),
            ([tensor("state", [1], "INT64", ["0"])], [], "INT64 is a string"),
            ([tensor("state", [1], "INT32", [0.5])], [], "0.5"),
            ([tensor("state", [1], "UINT8", [256])], [], "256"),
            ([tensor("state", [1, 2], "INT64", [0, 1])], [], "2 elements a row"),
            ([tensor("state", [1], "INT64", [[[0]]])], [], "more dimensions"), ([one, one], [], "comes twice"),
            ([one, tensor("time", [2], "FP64", [0, 1])], [], "2 rows"),
            ([one], [.init("outputs", [["name": "act"]])], "output"),
            ([one], [.init("inptus", 1)], "did you mean inputs?"), ([one], [.init("id", 7)], "id is a number"),
            ([one], [.init("parameters", ["priority": 1])], "priority"),
            (
                [["name": "state", "shape": [1], "datatype": "INT64", "parameters": ["binary_data_size": 8]]], [],
                "binary"
            ),
            ([tensor("state", [2], "INT64", [0, 12])], [], "observation 1: state 12"),
        ]
        for (inputs, more, words) in wrong {
            let (status, json) = infer(inputs, more)
            #expect(status == 400 && json["error"]?.text?.contains(words) ?? false, "\(words): \(json)")
        }
    }

    @Test("and the plain questions stand in a description that fits the routes, each by its method")
    func description() throws {
        let document = api.ask("/openapi.json").json
        let paths = try #require(document["paths"])
        #expect(Set(paths.names) == Set(ServingAPI.Operation.allCases.map(\.path)))
        for template in paths.names {
            let path = template.replacing("{model}", with: "sample").replacing("{version}", with: "a")
            let methods = try #require(paths[template]).names
            for method in ["GET", "POST", "PUT", "DELETE", "PATCH"] {
                let status = api.ask(path, method: method).status
                #expect((status == 405) == !methods.contains(method.lowercased()), "\(method) \(path): \(status)")
                #expect(status != 404, "\(path)")
            }
            #expect(api.ask(path + "/more").status == 404)
        }
        // What it says of a decision is what a decision has.
        let required = document["components"]?["schemas"]?["Decision"]?["required"]?.elements.compactMap(\.text) ?? []
        #expect(Set(api.ask("/decide", ["state": 1]).json.names) == Set(required))
        let forms = paths["/decide"]?["post"]?["requestBody"]?["content"]?["application/json"]?["schema"]?["anyOf"]?
            .elements
        #expect(forms?.map { $0["required"]?.elements.compactMap(\.text) ?? [] } == [["state"], ["row", "light"]])
    }

    @Test("an explanation has the decision and words, and asks nothing of chance")
    func explanation() {
        let explained = api.ask("/explain?row=1&light=gr%65en")
        #expect(explained.json["text"] == "state 6 in words" && explained.json["state"] == 6)
        #expect(api.ask("/explain?state=3").json["text"] == "state 3 in words")
        #expect(api.ask("/explain").status == 400)
        #expect(api.ask("/explain?state=3&state=4").status == 400)
        #expect(api.ask("/explain?state=%zz").status == 400)
    }
}
