import Suggestions
import Testing

@Suite("Names that were typed wrong")
struct SpellingTests {
    private static let names = ["webster", "greedy", "max-pressure", "fixed"]

    @Test(
        "a slip finds the name that was meant",
        arguments: [
            ("wesbter", "webster"), ("Greedy", "greedy"), ("greed", "greedy"), ("max_presure", "max-pressure"),
            ("fxied", "fixed"),
        ]
    )
    func slips(typed: String, meant: String) {
        #expect(Spelling.nearest(to: typed, among: Self.names) == meant)
    }

    @Test("what is far from every name finds none", arguments: ["", "sotl", "longest-queue"])
    func strangers(typed: String) {
        #expect(Spelling.nearest(to: typed, among: Self.names) == nil)
    }

    @Test("of two that are equally near, the first in the alphabet")
    func ties() {
        #expect(Spelling.nearest(to: "cat", among: ["rat", "bat"]) == "bat")
    }

    @Test("the message names the kind, the name, what may have been meant, and all there are")
    func message() {
        let text = Spelling.unknown("controller", "fixt", among: Self.names)
        #expect(
            text == "there is no controller \"fixt\"; did you mean fixed? (known: webster, greedy, max-pressure, fixed)"
        )
        #expect(!Spelling.unknown("controller", "longest-queue", among: Self.names).contains("mean"))
    }
}
