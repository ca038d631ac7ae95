import Evaluation
import Testing

@Suite("Requirements")
struct RequirementTests {
    private static let comparison = Comparison(
        title: "a comparison",
        seeds: [1, 2],
        contenders: [
            ("learned", [10.0, 12.0], [0.0, 0.0]), ("max-pressure", [11, 13], [1, 0]), ("fixed", [20, 24], [0, 2]),
        ]
        .map { name, delays, jams in
            .init(
                name: name,
                metrics: [
                    MetricSummary(name: "delay", unit: "s", preference: .lower, values: delays),
                    MetricSummary(name: "never inserted", unit: "vehicles", preference: .lower, values: jams),
                ]
            )
        }
    )

    @Test(
        "a condition is decided by the means",
        arguments: [
            ("learned <= max-pressure", true), ("learned<max-pressure", true), ("fixed <= learned", false),
            ("learned <= learned", true), ("learned < learned", false), ("delay(learned) <= 0.5 * delay(fixed)", true),
            ("learned <= 0.49*fixed", false), ("1.1 * learned < max-pressure", false),
            ("delay(learned) <= 11", true), ("delay(learned) < 11", false), ("10.9 < learned", true),
            ("never-inserted(learned) <= 0", true), ("never-inserted(fixed) <= 0", false),
            ("never-inserted(learned) < never-inserted(max-pressure)", true),
            ("  delay( learned )  <=  fixed ", true),
        ]
    )
    func decision(_ text: String, _ holds: Bool) throws {
        #expect(try Requirement(parsing: text).check(Self.comparison).holds == holds)
    }

    @Test(
        "what grows without end is more than any number and not less than anything",
        arguments: [
            ("learned <= fixed", true), ("fixed <= learned", false), ("fixed <= 1000", false),
            ("fixed <= fixed", false),
            ("100 <= fixed", true),
        ]
    )
    func overload(_ text: String, _ holds: Bool) throws {
        let comparison = Comparison(
            title: "a comparison",
            seeds: [1, 2],
            contenders: [("learned", [90.0, 95], false), ("fixed", [30.0, 40], true)].map { name, values, grows in
                let metric = MetricSummary(name: "time", unit: "s", preference: .lower, values: values, grows: grows)
                return .init(name: name, metrics: [metric])
            }
        )
        #expect(try Requirement(parsing: text).check(comparison).holds == holds)
        #expect(comparison.table.plainText.contains("grows"))
        #expect(!comparison.table.plainText.contains("35"))
    }

    @Test("the finding names the figures that decided")
    func finding() throws {
        let finding = try Requirement(parsing: "learned <= 0.5 * fixed").check(Self.comparison)
        #expect((finding.left, finding.right) == (11, 11))
        #expect(finding.difference?.mean == 0)
        #expect(finding.description == "learned <= 0.5 * fixed: delay 11.0 against 11.0 s, difference 0 ± 0: holds")
    }

    @Test(
        "what is not a condition is refused with the reason",
        arguments: [
            ("learned", "there is no <= or <"), ("learned >= fixed", "there is no <= or <"),
            ("learned = fixed", "there is no <= or <"), ("", "there is no <= or <"),
            ("a < b < c", "more than once"), ("a <= b <= c", "more than once"), ("a <= b = c", "more than once"),
            ("a > b < c", "more than once"), ("<= fixed", "one side of the comparison is empty"),
            ("learned <=", "one side of the comparison is empty"), ("1 <= 2", "two numbers"),
            ("learned <= x * fixed", "\"x\" before * is not a number"), ("learned <= 0 * fixed", "a factor is above 0"),
            ("learned <= -1 * fixed", "a factor is above 0"), ("learned <= 1 * 2 * fixed", "more than one *"),
            ("learned <= nan", "not a number to compare with"),
            ("learned <= inf * fixed", "not a number to compare with"),
            ("delay(learned <= fixed", "lacks its closing parenthesis"),
            ("(learned) <= fixed", "name of a metric is missing"),
            ("delay() <= fixed", "name of a contender is missing"),
            ("learned <= 0.9 *", "name of a contender is missing"),
            ("learned <= 2 * 3", "\"3\" is not the name of a contender"),
            ("le arned <= fixed", "\"le arned\" is not the name of a contender"),
            ("de lay(learned) <= 1", "\"de lay\" is not the name of a metric"),
        ]
    )
    func malformed(_ text: String, _ reason: String) throws {
        let error = try #require(throws: RequirementError.self) { try Requirement(parsing: text) }
        #expect(error.description.contains(reason), "\(error)")
        #expect(error.description.contains("write it like"))
    }

    @Test(
        "a condition about something that was not measured names what there is",
        arguments: [
            ("learned <= webster", "no contender webster; there are learned, max-pressure, fixed"),
            ("queue(learned) <= fixed", "no metric queue; there are delay, never-inserted"),
            ("delay(learned) <= never-inserted(fixed)", "compares delay with never-inserted"),
        ]
    )
    func unknown(_ text: String, _ reason: String) throws {
        let requirement = try Requirement(parsing: text)
        let error = try #require(throws: RequirementError.self) { try requirement.check(Self.comparison) }
        #expect(error.description.contains(reason), "\(error)")
    }
}
