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
            (String(repeating: "? ", count: 200_000), ":1: keys that are marked with ?"),
            (
                String(repeating: "\r", count: 9) + String(repeating: "? a: ", count: 60),
                ":10: keys that are marked with ?"
            ),
            ("{" + String(repeating: "{", count: 40) + "a: b" + String(repeating: "}: c", count: 40), "is no key here"),
            ("a: [b\n  \" , &c [x], *c \"]\n", ":2: anchors (&) and aliases (*)"),
            ("a: [-\" , &c [x], *c \"]\n", ":1: anchors (&) and aliases (*)"),
            ("--- " + String(repeating: "[", count: 200_000), ":1: this is nested too deeply"),
            ("\u{FEFF}\u{FEFF}&a [1]\n", ":1: anchors (&) and aliases (*)"),
            ("# note\r&a [1]\n", ":2: anchors (&) and aliases (*)"),
            ("# note\u{2028}&a [1]\n", ":2: anchors (&) and aliases (*)"),
            ("a: |\n  \"\nb: &c [x]\n", ":1: text in blocks (| and >)"),
            ("a: \"one\n  two\"\n", ":1: a quote is opened and not closed"),
            (String(repeating: "b", count: 200_000) + ": [\t", "this is not YAML"),
            ("? [a, b]\n: 1\n", ":1: keys that are marked with ?"),
            ("[a, b]: 1\n", ":1: a list or a mapping is no key here"),
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
