import ClassicWorlds
import Foundation
import TabularLearning
import Testing

@Suite("Coders of spaces")
struct SpaceCoderTests {
    private struct Case: Decodable {
        let coder: SpaceCoder
        let observations: [[Double]]
        let states: [UInt64]
        /// Of a coder of tiles: the rows of the table, and those of the first states.
        let rowCount: UInt64?
        let rows: [[UInt64]]?
    }

    /// `python/tests/test_coders.py` writes it, and compares what it would write.
    private static func cases() throws -> [Case] {
        let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        let data = try Data(contentsOf: tests.appendingPathComponent("Fixtures/coders.json"))
        return try JSONDecoder().decode([Case].self, from: data)
    }

    @Test("have the states of the Python package, bit for bit")
    func python() throws {
        let cases = try Self.cases()
        #expect(cases.count >= 11)
        for each in cases {
            let states = each.observations.map { each.coder.state(of: $0) }
            #expect(states == each.states, "\(each.coder)")
            let count = each.coder.levelCounts.reduce(1, *)
            #expect(each.states.allSatisfy { $0 < count })
            #expect(each.coder.finding == nil)
        }
    }

    @Test("have the tiles of the Python package")
    func tiles() throws {
        let tiled = try Self.cases().filter { $0.coder.tilings != nil }
        #expect(tiled.count >= 3)
        for each in tiled {
            let factors = each.coder.levelCounts.map { StateSpace.Factor("x", count: $0) }
            let world = StateSpace(factors: factors, actions: ["a"])
            let coding = TileCoding(world, tilingCount: try #require(each.coder.tilings))
            #expect(coding.space.stateCount == each.rowCount)
            #expect(try zip(each.states, #require(each.rows)).allSatisfy { coding.rows(of: $0) == $1 })
        }
    }

    @Test("are read as they were written")
    func coding() throws {
        for each in try Self.cases() {
            let again = try JSONDecoder().decode(SpaceCoder.self, from: JSONEncoder().encode(each.coder))
            #expect(again == each.coder)
        }
    }

    @Test("have no state for what is not of the space")
    func strangers() {
        let parts: [SpaceCoder] = [
            .discrete(count: 3, start: 1), .multiDiscrete(counts: [2, 2]), .edges(BinCoder(edges: [[0.5]])),
            .hashed(SpaceHash(count: 10, widths: [1])),
        ]
        let tiles = SpaceCoder.tiles(TileCoder(tilings: 2, tiles: [3], ranges: [0...1]))
        for each in [[.nan], [], [0, 0]] { #expect(tiles.state(of: each) == nil) }
        #expect([-1, 0.4, 9].map { tiles.state(of: [$0]) } == [0, 2, 5])
        let whole = SpaceCoder.tuple(parts)
        #expect(whole.width == 5 && whole.state(of: [1, 0, 0, 0, 0]) != nil)
        let strangers: [[Double]] = [
            [], [1, 0, 0, 0], [1, 0, 0, 0, 0, 0], [0, 0, 0, 0, 0], [4, 0, 0, 0, 0], [1.5, 0, 0, 0, 0], [1, 2, 0, 0, 0],
            [1, 0, -1, 0, 0], [1, 0, 0, .nan, 0], [1, 0, 0, 0, .infinity], [1, 0, 0, 0, 1e300], [.nan, 0, 0, 0, 0],
        ]
        for each in strangers { #expect(whole.state(of: each) == nil, "\(each)") }
    }

    @Test("are refused where they make no sense, and never trap")
    func refusals() {
        let texts = [
            "{}", #"{"kind":"wavelet"}"#, #"{"kind":"discrete","count":0,"start":0}"#,
            #"{"kind":"discrete","count":-1,"start":0}"#, #"{"kind":"multi-discrete","counts":[1099511627776,2]}"#,
            #"{"kind":"edges","edges":[[1,0]]}"#, #"{"kind":"hash","count":0,"widths":[1]}"#,
            #"{"kind":"hash","count":5,"widths":[0]}"#, #"{"kind":"hash","count":9223372036854775807,"widths":[1]}"#,
            #"{"kind":"tiles","tilings":257,"tiles":[2],"ranges":[[0,1]]}"#,
            #"{"kind":"tiles","tilings":8,"tiles":[2,2],"ranges":[[0,1]]}"#,
            #"{"kind":"tiles","tilings":8,"tiles":[2],"ranges":[[0,0]]}"#,
            #"{"kind":"tiles","tilings":9223372036854775807,"tiles":[9223372036854775807],"ranges":[[0,1]]}"#,
            #"{"kind":"tuple","parts":[{"kind":"tiles","tilings":2,"tiles":[2],"ranges":[[0,1]]},{"kind":"tiles","tilings":4,"tiles":[2],"ranges":[[0,1]]}]}"#,
            #"{"kind":"tuple","parts":[{"kind":"discrete","count":1048577,"start":0},{"kind":"discrete","count":1048577,"start":0}]}"#,
        ]
        for text in texts {
            #expect(throws: (any Error).self, "\(text)") {
                try JSONDecoder().decode(SpaceCoder.self, from: Data(text.utf8))
            }
        }
    }
}
