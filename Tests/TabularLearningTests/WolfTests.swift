import PublishedFigures
import TabularLearning
import Testing

@Suite(
    "WoLF policy hill-climbing: by numbers computed by hand, and the draws it comes to rest at",
    .timeLimit(.minutes(5))
)
struct WolfTests {
    /// The values of Q, π and π̄ of a row, and the visits of its first plane, after updates.
    private static func row(
        _ name: String,
        _ row: [Float],
        _ updates: [(column: UInt8, target: Float)]
    ) throws -> (values: [Float], visits: [UInt32]) {
        let cells = try RuleFamilyTests.row(name, row, updates)
        return (cells.map(\.value), cells.prefix(row.count / 3).map(\.visitCount))
    }

    @Test("Q moves by α δ, shares begin equal, and the greedy action gets from each other what one step is")
    func first() throws {
        // Whatever stood there: the first update makes shares of it. π̄ = π, so that nothing is won: the step is 4 / 8.
        let (values, visits) = try Self.row("wolf-phc:8:4", [0, 0, 9, 9, 5, 5], [(1, 2)])
        #expect(values == [0, 1, 0, 1, 0.5, 0.5] && visits == [0, 1])
        // Of three actions two lose 0.25 each; the greedy one was tried, as the others were not, and so counts, though −1.
        let (three, _) = try Self.row("wolf-phc:8:4", [0, 0, 0, 9, 9, 9, 5, 5, 5], [(0, -2)])
        let third: Float = 1 / 3
        #expect(three[..<3] == [-1, 0, 0] && three[3] == third + 0.5)
        #expect(three[4] == third - 0.25 && three[5] == third - 0.25 && Array(three[6...]) == [third, third, third])
    }

    @Test("who wins moves by one step, who loses by RATIO of them; the average follows by its share")
    func pace() throws {
        // First as above: Q = (0, 1), π = (0.4375, 0.5625): 1 / 16 moved. Then Q = (0, 1.5), n = 1: π̄ = 0.5 + (π − 0.5) / 2 =
        // (0.46875, 0.53125), and π Q > π̄ Q: the step is 1 / 17.
        let (won, _) = try Self.row("wolf-phc:16:1", [0, 0, 0, 0, 0, 0], [(1, 2), (1, 2)])
        #expect(won[..<2] == [0, 1.5] && won[2] == 0.4375 - Float(1) / 17 && won[3] == 0.5625 + Float(1) / 17)
        #expect(won[4...] == [0.46875, 0.53125])
        let (twice, _) = try Self.row("wolf-phc:16:2", [0, 0, 0, 0, 0, 0], [(1, 2), (1, 2)])
        // The first step is 2 / 16 of who does not win, the second 1 / 17 of who does.
        #expect(twice[2] == 0.375 - Float(1) / 17 && twice[4] == 0.4375)
        // Then a loss: Q = (0, −1), π Q < π̄ Q: 2 / 18 toward action 1 still, as action 0 was never tried.
        let (lost, _) = try Self.row("wolf-phc:16:2", [0, 0, 0, 0, 0, 0], [(1, 2), (1, 2), (1, -3.5)])
        #expect(lost[1] == -1 && lost[2] == 0.375 - Float(1) / 17 - Float(2) / 18)
        // A share is never below 0, and what is lost is what is gained.
        let (emptied, _) = try Self.row("wolf-phc:1:1", [0, 0, 0, 0, 0, 0], [(1, 2)])
        #expect(emptied[2...3] == [0, 1])
    }

    @Test(
        "an action is worth ln(π + FLOOR) to whoever chooses; what follows is worth the largest Q, with what is added to it"
    )
    func answers() throws {
        let row: [Float] = [3, 7, 1, 0.5, 0.1, 0.4, 0, 0, 0]
        #expect(try RuleTests.answer("wolf-phc", row) == (7, 0b001))
        #expect(try RuleTests.answer("wolf-phc", row, mask: 0b110) == (7, 0b100))
        #expect(try RuleTests.answer("wolf-phc", row, mask: 0b101) == (3, 0b001))
        let rule = try RuleTests.rule("wolf-phc:20000:4:0.5")
        // ln 1 and ln 0.6.
        #expect(rule.actingValue({ row[$0 * 3 + $1] }, 0) == 0)
        #expect(abs(rule.actingValue({ row[$0 * 3 + $1] }, 1) + 0.510_825_6) < 1e-6)
        var question = Question()
        question.notes = [127]
        question.offsets = [9, 0, 0]
        var answers = GreedyAnswers(ties: .random, actionCount: 3)
        answers.resize(to: 1)
        try RuleTests.rule("wolf-phc").answer(question, rows: row, actionCount: 3, into: &answers)
        #expect(answers.values == [12] && answers.sets == [0b001])
    }

    @Test("it draws from its own policy, and from nothing else")
    func ownPolicy() throws {
        var parameters = LearningParameters(
            discount: 0.9,
            stepSize: .constant(0.1),
            epsilon: .constant(0.1),
            update: try #require(UpdateRule(rawValue: "wolf-phc"))
        )
        #expect(parameters.objection == "wolf-phc draws from a policy of its own")
        parameters.fit()
        #expect(parameters.objection == nil && parameters.epsilon == .constant(0))
        for wrong in ["wolf-phc:0", "wolf-phc:1.5", "wolf-phc:9:0.5", "wolf-phc:9:4:0", "wolf-phc:9:4:0.1:1"] {
            #expect(UpdateRule(rawValue: wrong) == nil, "\(wrong)")
        }
    }

    /// The largest distance of the first player's shares from equal ones in the last tenth of 300,000 plays, of each game.
    private static func distances(_ name: String, _ kind: MatrixGames.Kind, _ start: [Float]) throws -> [Double] {
        let (games, plays, width) = (4, UInt64(300_000), start.count)
        var parameters = LearningParameters(
            discount: 1,
            stepSize: .constant(0.02),
            epsilon: .constant(0),
            staleness: .fresh,
            update: try #require(UpdateRule(rawValue: name))
        )
        parameters.fit()
        var table = ActionValueTable(rowCount: 2 * games, actionCount: width, planeCount: 3, initialValue: 0)
        for player in 0..<(2 * games) {
            let equal = start.map { _ in 1 / Float(width) }
            let values = start.map { _ in 0 } + (player % 2 == 0 ? start : equal) + equal
            // As if something had been tried: the first update leaves shares as they are.
            let cells = values.enumerated().map { ActionValueTable.Cell(value: $1, visitCount: $0 == 0 ? 1 : 0) }
            table.replaceCells(from: player * 3 * width, with: cells)
        }
        let learner = CohortLearner(
            index: 0,
            of: 1,
            environment: MatrixGames(kind, count: games),
            parameters: parameters,
            seed: 1,
            plannedSteps: plays
        )
        var reference = SerialReference(learners: [learner], parameters: parameters, table: table)
        var largest = [Double](repeating: 0, count: games)
        var rounds = 0
        while try reference.runRound() {
            rounds += 1
            guard rounds % 64 == 0, reference.learners[0].stepsTaken >= plays / 10 * 9 else { continue }
            for game in 0..<games {
                let first = game * 2 * 3 * width + width
                for cell in reference.table.cells[first..<(first + width)] {
                    largest[game] = max(largest[game], abs(Double(cell.value) - 1 / Double(width)))
                }
            }
        }
        return largest
    }

    @Test(
        "matching pennies and rock, paper, scissors: at rest at the draw, around which a climb at one pace goes round",
        arguments: [
            (.pennies, [0.8, 0.2], 0.0263, Figure(0.22, within: 0.03)),
            (.rockPaperScissors, [0.6, 0.3, 0.1], 0.0175, Figure(0.293, within: 0.020)),
        ] as [(MatrixGames.Kind, [Float], Float, Figure)]
    )
    func draws(_ kind: MatrixGames.Kind, _ start: [Float], _ floor: Float, _ published: Figure) throws {
        // Of 40 runs of a program of the same rules, with this step size, none was farther than 0.041. A million plays with steps
        // that fall end at 0.03 and 0.02.
        let wolf = try Self.distances("wolf-phc:20000:4:\(floor)", kind, start)
        #expect(wolf.allSatisfy { $0 < 0.05 }, "\(wolf)")
        let plain = Figure(try Self.distances("wolf-phc:20000:1:\(floor)", kind, start))
        #expect(plain.distance(to: published) < 3, "\(plain)")
    }
}
