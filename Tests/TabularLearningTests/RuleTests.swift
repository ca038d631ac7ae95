import Foundation
import TabularLearning
import Testing

@Suite("Learning rules")
struct RuleTests {
    static func rule(_ name: String) throws -> any LearningRule {
        try #require(UpdateRule(rawValue: name)).rule
    }

    /// What a rule answers to a row, given as its planes one after another.
    static func answer(
        _ name: String,
        _ row: [Float],
        exploring: UInt8? = nil,
        coin: UInt8 = 0,
        epsilon: Float = 0,
        mask: UInt64? = nil
    ) throws -> (value: Float, greedy: UInt8) {
        let rule = try rule(name)
        let actionCount = row.count / rule.planeCount
        var question = Question()
        question.notes = [QueryNote(exploring: exploring, coin: coin).rawValue]
        question.epsilon = epsilon
        if let mask { question.masks = [mask] }
        var answers = GreedyAnswers(ties: .random, actionCount: actionCount)
        answers.resize(to: 1)
        rule.answer(question, rows: row, actionCount: actionCount, into: &answers)
        return (answers.values[0], answers.sets[0])
    }

    @Test("names and numbers are each of one rule, and a rule is found by both")
    func names() {
        #expect(Set(UpdateRule.names).count == UpdateRule.all.count)
        #expect(Set(UpdateRule.all.map(\.code)).count == UpdateRule.all.count)
        for rule in UpdateRule.all { #expect(UpdateRule(rawValue: rule.name) == UpdateRule(code: rule.code)) }
        #expect(UpdateRule(rawValue: "n-step") == nil)
        #expect(UpdateRule(code: 99) == nil)
        for text in [
            "sarsa:1", "hysteretic:2", "hysteretic:", "hysteretic:0.5:1", "n-step-sarsa:1.5", "n-step-sarsa:0",
        ] {
            #expect(UpdateRule(rawValue: text) == nil, "\(text)")
        }
        #expect(UpdateRule.complaint(about: "sarsa:1") == "which has no numbers behind a colon")
        let complaint = "not hysteretic:RATIO with RATIO (0.1; 0.0 to 1.0): α of a fall, as a share of that of a rise"
        #expect(UpdateRule.complaint(about: "hysteretic:2") == complaint)
        #expect(UpdateRule.complaint(about: "saras").hasPrefix("not one of q-learning, sarsa, "))
        #expect(UpdateRule(rawValue: "hysteretic:0.1")?.rawValue == "hysteretic")
        #expect(UpdateRule(rawValue: "sarsa-lambda:0.5")?.rawValue == "sarsa-lambda:0.5:20")
        #expect(UpdateRule(code: 15, numbers: [0.5, 20]) == UpdateRule(rawValue: "sarsa-lambda:0.5"))
        #expect(UpdateRule(code: 15, numbers: [0.5]) == nil && UpdateRule(code: 15, numbers: [2, 20]) == nil)
    }

    @Test("SARSA bootstraps on the action that is taken")
    func sarsa() throws {
        #expect(try Self.answer("sarsa", [1, 5, 2], exploring: 2) == (2, 0b010))
        #expect(try Self.answer("sarsa", [1, 5, 5]) == (5, 0b110))
        #expect(try Self.answer("sarsa", [1, 5, 2], mask: 0b101) == (2, 0b100))
    }

    @Test("expected SARSA bootstraps on what the policy gets on average, over the allowed actions")
    func expectedSarsa() throws {
        #expect(try Self.answer("expected-sarsa", [1, 5, 3], exploring: 0, epsilon: 0.5) == (4, 0b010))
        #expect(try Self.answer("expected-sarsa", [1, 5, 3], epsilon: 0.5, mask: 0b101) == (2.5, 0b100))
    }

    @Test("Double Q asks one table which action is best and the other what it is worth; both together choose")
    func doubleQ() throws {
        let row: [Float] = [1, 4, 2, 9, 3, 6]
        #expect(try Self.answer("double-q-learning", row, coin: 0) == (3, 0b001))
        #expect(try Self.answer("double-q-learning", row, coin: 1) == (1, 0b001))
        #expect(try Self.answer("double-q-learning", row, coin: 0, mask: 0b110) == (3, 0b100))
        #expect(try Self.answer("double-q-learning", row, coin: 1, mask: 0b110) == (2, 0b100))
    }

    static func table(
        _ update: UpdateRule,
        epsilon: Double,
        ties: Ties = .lowest,
        _ change: (inout LearningParameters) -> Void = { _ in }
    ) throws -> ActionValueTable {
        var parameters = LearningParameters(
            discount: 0.9,
            stepSize: .visitCount(horizon: 5, minimum: 0.1),
            epsilon: .constant(epsilon),
            initialValue: 0.5,
            ties: ties,
            update: update
        )
        change(&parameters)
        parameters.fit()
        let learner = CohortLearner(
            index: 0,
            of: 1,
            environment: CorridorEnvironment(length: 5, limit: 9, lanes: 3),
            parameters: parameters,
            seed: 3,
            plannedSteps: 500
        )
        var reference = SerialReference(learners: [learner], parameters: parameters)
        try reference.run()
        return reference.table
    }

    @Test(
        "without exploration a rule of one plane is Q-learning, bit for bit",
        arguments: Ties.allCases,
        ["sarsa", "expected-sarsa", "n-step-sarsa:1", "sarsa-lambda:0"]
    )
    func identities(_ ties: Ties, _ name: String) throws {
        let expected = try Self.table(.qLearning, epsilon: 0, ties: ties).cells
        let rule = try #require(UpdateRule(rawValue: name))
        #expect(try Self.table(rule, epsilon: 0, ties: ties).cells == expected)
        #expect(
            try Self.table(rule, epsilon: 0.3, ties: ties).cells
                != Self.table(.qLearning, epsilon: 0.3, ties: ties).cells
        )
    }

    @Test("a table that a run begins with is in every plane")
    func beginnings() {
        var table = ActionValueTable(rowCount: 2, actionCount: 2, initialValue: 0)
        table.replaceCells(from: 0, with: [1, 2, 3, 4].map { .init(value: $0, visitCount: 0) })
        #expect(table.repeated(planes: 2).cells.map(\.value) == [1, 2, 1, 2, 3, 4, 3, 4])
        #expect(table.repeated(planes: 1).cells == table.cells)
    }

    @Test("both planes of Double Q learn, each update in one of them")
    func planes() throws {
        let update = try #require(UpdateRule(rawValue: "double-q-learning"))
        let table = try Self.table(update, epsilon: 0.3, ties: .random)
        let visits = (0..<2).map { plane in
            (0..<5).flatMap { row in [0, 1].map { Int(table.cells[row * 4 + plane * 2 + $0].visitCount) } }.reduce(0, +)
        }
        #expect(visits[0] + visits[1] == Int(table.updateCount))
        #expect(visits.allSatisfy { (650...850).contains($0) })
        let acting = table.acting(by: update)
        #expect(acting.planeCount == 1)
        #expect(acting.cells[7].value == 0.5 * table.cells[13].value + 0.5 * table.cells[15].value)
        #expect(acting.cells[7].visitCount == table.cells[13].visitCount + table.cells[15].visitCount)
    }
}

@Suite("Documents for those who extend the core")
struct ExtensionDocumentTests {
    private let root = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3)
        .joined(separator: "/")

    @Test("name every rule and say what it is for")
    func list() throws {
        let page = try String(contentsOfFile: root + "/docs/cli.md", encoding: .utf8)
        for rule in UpdateRule.all { #expect(page.contains("| `\(rule.name)` | \(rule.summary) |"), "\(rule.name)") }
    }

    @Test(
        "show the files that are built",
        arguments: [
            ("writing-a-rule", "Sources/TabularLearning/Rules/ExpectedSarsa"),
            ("fill-a-step-batch", "Tests/TabularLearningTests/CorridorEnvironment"),
        ]
    )
    func example(_ document: String, _ source: String) throws {
        let article = try String(contentsOfFile: "\(root)/docs/\(document).md", encoding: .utf8)
        let file = "\(root)/\(source).swift"
        #expect(article.contains("```swift\n" + (try String(contentsOfFile: file, encoding: .utf8)) + "```"))
    }
}
