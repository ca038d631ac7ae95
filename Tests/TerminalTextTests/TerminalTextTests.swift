import TerminalText
import Testing

@Suite("Text in a terminal")
struct TerminalTextTests {
    private static let parts = [
        "3.36M steps", "1.20M steps/s", "3 s", "4 s left", "return -9863", "mean delay 41.2 s", "shards 50/50 %",
    ]

    @Test("a line of progress never reaches the last column, however narrow the terminal is", arguments: 0...200)
    func width(_ width: Int) {
        for fraction in [-1, 0, 0.5, 0.999, 1, 2] {
            let text = ProgressLine(fraction: fraction, parts: Self.parts).text(width: width)
            #expect(text.count <= max(width - 1, 0), "\(text)")
        }
    }

    @Test("what is left out first is what matters least")
    func order() {
        let line = ProgressLine(fraction: 0.42, parts: Self.parts)
        let text = line.text(width: 80)
        #expect(text.hasPrefix("[") && text.contains("]  42%, 3.36M steps, 1.20M steps/s, 3 s, 4 s left"))
        #expect(!text.contains("shards"))
        #expect(line.text(width: 200).hasSuffix("shards 50/50 %"))
        #expect(line.text(width: 10) == " 42%")
    }

    @Test("what is nearly done is not said to be done", arguments: [(0.9999, " 99%"), (1, "100%"), (0, "  0%")])
    func percentage(_ fraction: Double, _ text: String) {
        #expect(ProgressLine(fraction: fraction, parts: []).text(width: 60).hasSuffix(text))
    }

    @Test(
        "time is told as people say it",
        arguments: [
            (0, "0 s"), (59.4, "59 s"), (59.6, "1 min 00 s"), (200, "3 min 20 s"), (7500, "2 h 05 min"), (.nan, "?"),
            (.infinity, "?"), (-1, "?"),
        ] as [(Double, String)]
    )
    func time(_ seconds: Double, _ text: String) { #expect(timeText(seconds) == text) }

    @Test(
        "numbers are read as people write them",
        arguments: [
            ("8000000", 8_000_000), ("8M", 8_000_000), ("1e6", 1_000_000), ("1.5k", 1500), ("2_000", 2000),
            ("1E+3", 1000),
            ("0.25M", 250_000), ("1.50e1", 15), ("18446744073709551615", .max), ("0", 0), ("3G", 3_000_000_000),
            ("1.000", 1),
        ] as [(String, UInt64)]
    )
    func counts(_ text: String, _ value: UInt64) { #expect(CountArgument(text)?.value == value) }

    @Test(
        "what is no whole number is none",
        arguments: [
            "", "M", "e6", "1e", "1e19", "-5", "+5", "1.5", "1.23e1", "0.0001k", "8MM", "8m", "1 000", "_1", "1_", "1.",
            ".5k", "1e6M", "18446744073709551616", "18446744073709551615k", "1e-3", "٣", "1.5.0k", "inf", "0x10",
        ]
    )
    func refused(_ text: String) { #expect(CountArgument(text) == nil) }
}
