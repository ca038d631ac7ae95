import Scenarios
import TabularLearning
import Testing
import WorldServing

@Suite("A world that others step")
struct WorldServerTests {
    /// Two lanes of which what happens is written down beforehand, batch by batch.
    private struct Script: Environment {
        let space = StateSpace(factors: [.init("cell", count: 10)], actions: ["left", "right"])
        let laneCount = 2
        var gauges: [Gauge] { [] }
        var episodeSteps: Int?
        var batches: [StepBatch]
        var position = 0

        mutating func begin(_ batch: inout StepBatch) { batch = batches[0] }

        mutating func step(_ actions: [UInt8], _ batch: inout StepBatch) {
            position += 1
            batch = batches[position]
        }
    }

    private static func batch(
        decisions: [(lane: Int, state: UInt64)],
        extra: [(lane: UInt32, state: UInt64)] = [],
        transitions: [(lane: Int, reward: Float, bootstrap: Int32, duration: UInt8)] = []
    ) -> StepBatch {
        var batch = StepBatch()
        for decision in decisions { batch.decide(lane: decision.lane, state: decision.state) }
        for query in extra {
            batch.queries.states.append(query.state)
            batch.queries.lanes.append(query.lane)
        }
        for each in transitions {
            batch.transition(lane: each.lane, state: 0, action: 0, reward: each.reward, bootstrap: each.bootstrap)
            batch.transitions.durations.append(each.duration)
        }
        return batch
    }

    private static func server(_ script: Script, hasEpisodes: Bool = true) -> WorldServer {
        let facts = WorldFacts(name: "script", space: script.space, agents: ["one", "two"], hasEpisodes: hasEpisodes)
        return WorldServer(facts) { _, _ in script }
    }

    private static func text(_ kind: UInt32, _ text: String) -> [UInt32] {
        var writer = WordWriter([kind])
        writer.write(text)
        return writer.words
    }

    private static let opening = #"{"version":1,"firstReplica":0,"replicas":1,"seed":5,"holds":true}"#

    /// What a batch says of two lanes that wait now and then.
    private struct Told: Equatable {
        var flags: [UInt32]
        var rewards: [Float]
        var states: [UInt64]
        var ends: [UInt64] = []
        var durations: [UInt32]

        init(flags: [UInt32], rewards: [Float], states: [UInt64], ends: [UInt64] = [], durations: [UInt32]) {
            (self.flags, self.rewards, self.states) = (flags, rewards, states)
            (self.ends, self.durations) = (ends, durations)
        }

        init(_ words: [UInt32]) throws {
            try #require(words.first == 6, "\(failure(words))")
            var reader = WordReader(words, at: 1)
            let hasMasks = try reader.truth()
            flags = Array(try reader.words(2))
            rewards = [try reader.float(), try reader.float()]
            states = [try reader.long(), try reader.long()]
            for flag in flags where flag & 3 == 2 { ends.append(try reader.long()) }
            if hasMasks { for _ in 0..<(2 + ends.count) { #expect(try reader.long() != 0) } }
            durations = Array(try reader.words(2))
            try reader.finish()
        }
    }

    private static func failure(_ words: [UInt32]) -> String {
        var reader = WordReader(words, at: 1)
        return words.first == 7 ? (try? reader.text()) ?? "" : ""
    }

    @Test("lanes end, are cut off and go on; a decision that takes two steps makes its lane wait")
    func lanes() throws {
        let script = Script(
            batches: [
                Self.batch(decisions: [(0, 1), (1, 2)]),
                Self.batch(decisions: [(0, 3)], transitions: [(0, 1, 0, 1)]),
                Self.batch(
                    decisions: [(0, 0), (1, 4)],
                    transitions: [(0, 5, StepBatch.Transitions.terminal, 1), (1, 0.5, 1, 2)]
                ),
                Self.batch(
                    decisions: [(0, 6), (1, 0)],
                    extra: [(1, 7)],
                    transitions: [(0, 0, 0, 1), (1, -1, 2, 1)]
                ),
            ]
        )
        var server = Self.server(script)
        #expect(server.answer(Self.text(1, Self.opening)).first == 5)
        #expect(
            try Told(server.answer([2])) == .init(flags: [4, 4], rewards: [0, 0], states: [1, 2], durations: [0, 0])
        )
        let waiting = try Told(server.answer([3, 0, 1]))
        #expect(waiting == .init(flags: [0, 16], rewards: [1, 0], states: [3, 2], durations: [1, 0]))
        // That of the lane that waits means nothing, whatever it is.
        let ended = try Told(server.answer([3, 1, 99]))
        #expect(ended == .init(flags: [5, 0], rewards: [5, 0.5], states: [0, 4], durations: [1, 2]))
        let cut = try Told(server.answer([3, 0, 0]))
        #expect(cut == .init(flags: [0, 6], rewards: [0, -1], states: [6, 0], ends: [7], durations: [1, 1]))
    }

    @Test("a lane that decides twice in a step is asked twice, and silent steps are gone through")
    func layers() throws {
        let script = Script(
            batches: [
                Self.batch(decisions: [(0, 1), (1, 2), (0, 3)]),
                Self.batch(decisions: [], transitions: [(0, 1, -1, 1), (0, 2, -1, 1)]),
                Self.batch(decisions: [(1, 4)], transitions: [(1, 4, 0, 1)]),
            ]
        )
        var server = Self.server(script, hasEpisodes: false)
        _ = server.answer(Self.text(1, Self.opening))
        #expect(try Told(server.answer([2])).states == [1, 2])
        #expect(
            try Told(server.answer([3, 0, 0]))
                == .init(flags: [0, 16], rewards: [0, 0], states: [3, 2], durations: [0, 0])
        )
        #expect(
            try Told(server.answer([3, 0, 0]))
                == .init(flags: [16, 0], rewards: [3, 4], states: [3, 4], durations: [2, 1])
        )
    }

    @Test("where all episodes end together, a decision that is still carried out is cut off with them")
    func together() throws {
        let script = Script(
            episodeSteps: 1,
            batches: [
                Self.batch(decisions: [(0, 1), (1, 2)]),
                Self.batch(decisions: [(0, 0), (1, 0)], extra: [(0, 8)], transitions: [(0, 1, 2, 1)]),
            ]
        )
        var server = Self.server(script)
        _ = server.answer(Self.text(1, Self.opening))
        _ = server.answer([2])
        #expect(
            try Told(server.answer([3, 0, 0]))
                == .init(flags: [6, 6], rewards: [1, 0], states: [0, 0], ends: [8, 2], durations: [1, 0])
        )
    }

    @Test("what is wrong is answered in words, and the world is where it was")
    func refused() throws {
        let batches = [
            Self.batch(decisions: [(0, 1), (1, 2)]),
            Self.batch(decisions: [(0, 3)], transitions: [(0, 1, 0, 1)]),
        ]
        var server = Self.server(Script(batches: batches))
        #expect(Self.failure(server.answer([2])).contains("first frame"))
        #expect(Self.failure(server.answer([3, 0, 0])).contains("begin first"))
        for wrong in [
            "{}", #"{"version":2,"firstReplica":0,"replicas":1,"seed":5}"#,
            Self.opening.replacing("1,\"seed", with: "0,\"seed"),
        ] {
            #expect(Self.failure(server.answer(Self.text(1, wrong))) != "", "\(wrong)")
        }
        #expect(Self.failure(server.answer([1, 400, 7])).contains("no text"))
        _ = server.answer(Self.text(1, Self.opening))
        _ = server.answer([2])
        #expect(Self.failure(server.answer([3, 0])).contains("1 actions for 2 lanes"))
        #expect(Self.failure(server.answer([3, 0, 2])).contains("action 2 of lane 1"))
        #expect(Self.failure(server.answer([4])).contains("begin anew"))
        for nonsense in [[], [0], [5], [99, 1]] as [[UInt32]] { #expect(Self.failure(server.answer(nonsense)) != "") }
        #expect(try Told(server.answer([3, 0, 0])).states == [3, 2])
        // A side that does not know lanes that wait is told so instead.
        _ = server.answer(Self.text(1, Self.opening.replacing("true", with: "false")))
        #expect(server.answer([2]).first == 6)
        #expect(Self.failure(server.answer([3, 0, 0])).contains("\"holds\": true"))
    }

    @Test("lane by lane it is the maze that a learner sees, in the same bits")
    func maze() throws {
        let scenario = MazeScenario()
        var environment = scenario.makeEnvironment(replicas: 3..<6, seed: 9)
        let facts = WorldFacts(name: "maze", space: scenario.space, agents: ["agent"], hasEpisodes: true)
        var server = WorldServer(facts) { replicas, seed in scenario.makeEnvironment(replicas: replicas, seed: seed) }
        let opening = #"{"version":1,"firstReplica":3,"replicas":3,"seed":9}"#
        #expect(server.answer(Self.text(1, opening)).first == 5)
        var (batch, random) = (StepBatch(), SplitMix64(state: 1))
        environment.begin(&batch)
        var words = server.answer([2])
        for _ in 0..<2_000 {
            var reader = WordReader(words, at: 1)
            _ = try reader.truth()
            let flags = Array(try reader.words(3))
            let rewards = [try reader.float(), try reader.float(), try reader.float()]
            let states = [try reader.long(), try reader.long(), try reader.long()]
            #expect(states == Array(batch.queries.states.prefix(3)))
            if batch.transitions.count > 0 {
                #expect(rewards == batch.transitions.rewards)
                #expect(flags.map { $0 & 1 == 1 } == batch.transitions.bootstraps.map { $0 < 0 })
                #expect(flags.map { $0 & 2 == 2 } == batch.transitions.bootstraps.map { $0 >= 3 })
            }
            let actions = (0..<3).map { _ in UInt8(random.nextIndex(below: 4)) }
            try environment.step(actions, &batch)
            words = server.answer([3] + actions.map { UInt32($0) })
        }
    }
}
