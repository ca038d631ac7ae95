import Foundation
import Testing
import shardq

@Suite("Security")
struct SecurityTests {
    @Test("has the values −3.8 with all hosts clean and −44.127741 with all compromised, and cleans the database first")
    func optimum() throws {
        let facts = try ProcessFacts("security")
        #expect((facts.values[0] + 3.8).magnitude < 5e-7)
        #expect((facts.values[63] + 44.127741).magnitude < 5e-7)
        #expect(facts.optimum == facts.values[63])
        #expect(facts.policy[63] == 6)
        #expect(facts.policy[0] == 0)
    }

    @Test("two hosts are worth what they are by hand: nobody spreads, the first is cleaned whenever it is taken")
    func byHand() throws {
        let facts = try ProcessFacts("security", ["--links", "0-1", "--infection", "0", "--entry", "0.1"])
        // Clean: V = γ (0.9 V + 0.1 W). Taken: W = −2 + V, since cleaning comes before the attack.
        let clean = 0.95 * 0.1 * -2 / (1 - 0.95)
        #expect((facts.values[0] - clean).magnitude < 1e-9)
        #expect((facts.values[1] - (clean - 2)).magnitude < 1e-9)
    }

    @Test("watching alone costs what all hosts compromised cost for ever")
    func watching() throws {
        let facts = try ProcessFacts("security")
        #expect((try #require(facts.exact["watch"]) + 10 / 0.05).magnitude < 1e-6)
    }

    @Test("a targeted attack is another problem, and no rule is better than its optimum")
    func targeted() throws {
        let facts = try ProcessFacts("security", ["--attacker", "targeted"])
        #expect((facts.optimum + 44.127741).magnitude > 0.01)
        #expect(facts.exact.values.allSatisfy { $0 <= facts.optimum + 1e-9 })
    }

    @Test("is learned within 1 % of the optimum", arguments: [1, 2])
    func learned(seed: UInt64) throws {
        #expect(try ProcessFacts("security").learnedGap(seed: seed) < 0.01)
    }

    /// Runs something with a file of this text.
    private static func withFile(_ text: String, _ body: (String) throws -> Void) throws {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("hosts-\(UUID().uuidString).txt")
        defer { try? FileManager.default.removeItem(at: file) }
        try Data(text.utf8).write(to: file)
        try body(file.path)
    }

    @Test("hosts from a file are those of the same links, in any order, with their names")
    func graph() throws {
        let links = ["--links", "0-1,0-2,1-3,2-3"]
        let expected = try ProcessFacts("security", links).values
        let ordered =
            "graph [ node [ id 1 label \"web\" ] node [ id 2 label \"mail\" ] node [ id 3 label \"office\" ] "
            + "node [ id 4 label \"store\" ] edge [ source 1 target 2 ] edge [ source 1 target 3 ] "
            + "edge [ source 2 target 4 ] edge [ source 3 target 4 ] ]"
        try Self.withFile(ordered) { file in
            let (first, last) = (["--entry-host", "web"], ["--database", "store"])
            for options in [[], first + last, last] {
                let values = try ProcessFacts("security", ["--graph", file] + options).values
                #expect(values == expected)
            }
        }
        try Self.withFile("store,mail\nstore,office\nmail,web\noffice,web\n") { file in
            let ends = ["--entry-host", "web", "--database", "store"]
            let named = try ProcessFacts("security", ["--graph", file] + ends).values
            #expect(named == expected)
            // Turned round it is another network only where the database is another host.
            let turned = try ProcessFacts("security", ["--graph", file, "--database", "store"]).values
            #expect(turned != expected)
            for (options, word) in [
                (["--database", "stor"], "did you mean store"), (["--entry-host", "x"], "there is no host"),
                (["--entry-host", "web", "--database", "web"], "name two"), (["--hosts", "4"], "--hosts with --graph"),
            ] {
                #expect { try ProcessFacts("security", ["--graph", file] + options) } throws: { "\($0)".contains(word) }
            }
        }
        try Self.withFile((0..<8).map { "a\($0),a\($0 + 1)\n" }.joined()) { file in
            #expect { try ProcessFacts("security", ["--graph", file]) } throws: { "\($0)".contains("has 9 hosts") }
        }
    }

    @Test(
        "settings that make no sense are refused by name",
        arguments: [
            ["--hosts", "9"], ["--links", "0-0"], ["--links", "0-1,2-3"], ["--links", "a"], ["--infection", "2"],
            ["--hosts", "4", "--links", "0-1"], ["--links", "0-9223372036854775807"], ["--links", "-1-2"],
            ["--entry-host", "web"],
        ]
    )
    func refused(options: [String]) {
        #expect(throws: (any Error).self) { try ProcessFacts("security", options) }
    }
}
