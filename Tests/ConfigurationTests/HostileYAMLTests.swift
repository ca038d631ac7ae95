import Configuration
import Foundation
import Testing

@Suite("A configuration made to harm")
struct HostileYAMLTests {
    @Test(
        "is refused in one line that names the place, in no time",
        arguments: [
            ("steps: &a 1\nseed: *a\n", ":1: anchors (&) and aliases (*)"),
            ("a: [1, 2\n", ":2: this is not YAML"),
            (String(repeating: "[", count: 200_000), ":1: this is nested too deeply"),
            (String(repeating: "- ", count: 200_000), ":1: this is nested too deeply"),
            (String(repeating: "? ", count: 200_000), ":1: this is nested too deeply"),
            (String(repeating: "b", count: 200_000) + ": [\t", "this is not YAML"),
            ("? [a, b]\n: 1\n", ":1: a key is a word"),
        ]
    )
    func refusals(text: String, words: String) throws {
        let failure = #expect(throws: ConfigurationFailure.self) {
            try TestTree.effective(["train", "--config", "run.yaml"], file: text)
        }
        #expect(failure?.description.contains(words) == true, "\(failure?.description.prefix(300) ?? "")")
        #expect(failure?.description.contains("\n") == false)
        #expect((failure?.description.utf8.count ?? 0) < 400)
    }

    @Test("marks in the middle of words, in quotes and in comments are none")
    func innocentMarks() throws {
        let text = "broker: \"amqp://h/*&\"  # *a &b\nreplay: [a*b, 'c & d', e&f]\n"
        let effective = try TestTree.effective(["train", "maze", "--config", "run.yaml"], file: text)
        let values = effective.settings.flatMap(\.values)
        #expect(values.contains("amqp://h/*&") && values.contains("c & d") && values.contains("a*b"))
    }
}
