import Testing

import HTTPTransport
import PolicyServing
import TabularLearning

@Suite("A served policy")
struct DecisionTests {
    private func decide(_ body: JSONValue, _ terms: ServedPolicy.Terms = .init(), fallback: String? = "stay") throws
        -> (status: Int, json: JSONValue)
    {
        Sample.api(Sample.server(try Sample.policy(fallback: fallback), terms: terms)).ask("/decide", body)
    }

    @Test("takes the best of the actions that were tried, the lowest of equals, in every state", arguments: 0..<11)
    func greedy(_ state: Int) throws {
        let table = Sample.table()
        let row = (0..<3).map { table.cells[state * 3 + $0] }
        let tried = (0..<3).filter { row[$0].visitCount > 0 }
        let best = tried.max { (row[$0].value, $1) < (row[$1].value, $0) }
        let (status, json) = try decide(["state": .number(Double(state))])
        #expect(status == 200)
        #expect(json["action"]?.number == Double(best ?? 1))
        #expect(json["source"]?.text == (best == nil ? "fallback" : "table"))
        #expect(json["name"]?.text == Sample.space.actions[best ?? 1])
        #expect(json["policy"]?.text == "a" && json["propensity"]?.number == 1)
        let light = ["red", "amber", "green", "dark"][state % 4]
        let seen = try decide(["row": .number(Double(state / 4)), "light": .string(light)])
        #expect(seen.json == json)
    }

    @Test(
        "falls back with its reason",
        arguments: [
            (["state": 5], "unvisited"),
            (["state": 11], "impossible-input"),
            (["row": -1, "light": "red"], "impossible-input"),
            (["row": 1.5, "light": "red"], "impossible-input"),
            (["row": .null, "light": "red"], "impossible-input"),
            (["row": 3, "light": "red"], "out-of-range"),
            (["row": 0, "light": 4], "out-of-range"),
        ] as [(JSONValue, String)]
    )
    func fallback(_ body: JSONValue, _ reason: String) throws {
        let (status, json) = try decide(body)
        #expect(status == 200 && json["source"]?.text == "fallback" && json["reason"]?.text == reason)
        #expect(json["rule"]?.text == "stay" && json["action"]?.number == 1 && json["propensity"]?.number == 1)
        // Without a rule nobody pretends to know.
        let none = try decide(body, fallback: nil)
        #expect(none.status == 409 && none.json["error"]?.text?.contains(reason) ?? false)
        // A rule by state knows nothing without a state that can be believed.
        let odd = try decide(body, fallback: "odd")
        #expect(odd.status == (reason == "unvisited" ? 200 : 409))
    }

    @Test("falls back where the best action was tried too seldom, and not where it was not")
    func visits() throws {
        let seldom = try decide(["state": 6], .init(leastVisits: 2))
        #expect(seldom.json["reason"]?.text == "too-few-visits" && seldom.json["state"]?.number == 6)
        #expect(try decide(["state": 6], .init(leastVisits: 1)).json["source"]?.text == "table")
        #expect(try decide(["state": 0], .init(leastVisits: 10)).json["source"]?.text == "table")
        #expect(try decide(["state": 0], .init(leastVisits: 11)).json["reason"]?.text == "too-few-visits")
    }

    @Test("falls back where what was seen is old, and wants to know when it was")
    func staleness() throws {
        let terms = ServedPolicy.Terms(staleAfter: 5)
        #expect(try decide(["state": 0, "time": 996], terms).json["source"]?.text == "table")
        #expect(try decide(["state": 0, "time": 994], terms).json["reason"]?.text == "stale")
        #expect(try decide(["state": 0, "time": 1006], terms).json["reason"]?.text == "impossible-input")
        #expect(try decide(["state": 0], terms).status == 400)
        #expect(try decide(["state": 0, "time": "now"], terms).status == 400)
    }

    @Test(
        "refuses mistakes with what would be right",
        arguments: [
            ("[1]", "no object"), ("{", "no JSON"), ("{}", "row is missing"), (#"{"row":1}"#, "light is missing"),
            (#"{"raw":1,"light":"red"}"#, "did you mean row?"), (#"{"row":1,"light":"gren"}"#, "did you mean green?"),
            (#"{"row":[1],"light":"red"}"#, "a whole number is wanted"), (#"{"state":12}"#, "0...11"),
            (#"{"state":-1}"#, "from 0 on"),
            (#"{"state":1,"row":1}"#, "say one of them"), (#"{"state":NaN}"#, "no JSON"),
            (#"{"state":1e300}"#, "state"),
            (#"{"row":"two","light":"red"}"#, "a whole number"),
        ]
    )
    func refusals(_ body: String, _ words: String) throws {
        let api = Sample.api(Sample.server(try Sample.policy()))
        let response = api.respond(to: .init(method: "POST", path: "/decide", body: Array(body.utf8)))
        let text = String(decoding: response.body, as: UTF8.self)
        #expect(response.status == 400 && text.contains(words), "\(text)")
    }

    @Test(
        "tells what a broken detector says from a mistake, also when both come together",
        arguments: [
            (#"{"seen":[3,0]}"#, 200, ""), (#"{"seen":{"b":0,"a":3}}"#, 200, ""), (#"{"seen":[3,0,7]}"#, 200, ""),
            (#"{"seen":[3,0,-7]}"#, 200, ""), (#"{"seen":[null,0]}"#, 200, "impossible-input"),
            (#"{"seen":null}"#, 200, "impossible-input"), (#"{"seen":{"a":1}}"#, 200, "impossible-input"),
            (#"{"seen":[0.5,0]}"#, 200, "impossible-input"), (#"{"seen":[10,0]}"#, 200, "out-of-range"),
            (#"{"seen":[1,1],"closed":null}"#, 200, "impossible-input"), (#"{"seen":[1,1],"closed":["a"]}"#, 200, ""),
            (#"{"seen":[1]}"#, 400, "2 are wanted"), (#"{"seen":7}"#, 400, "a list or an object"),
            ("{}", 400, "seen is missing"),
            (#"{"seen":[null,{}]}"#, 400, "a whole number"), (#"{"seen":[null,0,"x"]}"#, 400, "a whole number"),
            (#"{"seen":{"a":null,"d":1}}"#, 400, "name in seen"),
            (#"{"seen":[null,0],"closed":["c"]}"#, 400, "name in closed"),
            (#"{"seen":[null,0],"closed":[1]}"#, 400, "names are wanted"),
            (#"{"seen":[null,0],"time":"x"}"#, 400, "time"),
        ]
    )
    func detectors(_ body: String, _ status: Int, _ words: String) throws {
        let api = Sample.api(Sample.server(DetectorCoder(count: 2).policy()))
        let response = api.respond(to: .init(method: "POST", path: "/decide", body: Array(body.utf8)))
        let json = try JSONReader.value(of: response.body)
        #expect(response.status == status, "\(json)")
        let said = status == 200 ? json["reason"]?.text ?? "" : json["error"]?.text ?? ""
        #expect(status == 200 ? said == words : said.contains(words), "\(said)")
    }

    @Test("explores among the allowed actions with the probability that it says")
    func exploration() throws {
        // Action 0 is the best in state 1.
        let best = try decide(["state": 1]).json["action"]?.number ?? 9
        for (first, second, action) in [(0.3, 0.0, best), (0.1, 0.0, 0), (0.1, 0.99, 2)] {
            let draws = Draws([first, second])
            let server = Sample.server(try Sample.policy(), terms: .init(epsilon: 0.3), unit: { draws.next() })
            let json = Sample.api(server).ask("/decide", ["state": 1]).json
            #expect(json["action"]?.number == action)
            let expected = action == best ? 0.7 + 0.1 : 0.1
            #expect(((json["propensity"]?.number ?? 0) - expected).magnitude < 1e-12)
        }
        let fallback = Sample.server(try Sample.policy(), terms: .init(epsilon: 1), unit: { 0 })
        #expect(Sample.api(fallback).ask("/decide", ["state": 5]).json["action"]?.number == 1)
    }
}
