internal import CommandBasics
internal import DecisionProcesses
internal import Evaluation
internal import Reports
internal import ScenarioCatalogue
internal import Scenarios
internal import TabularLearning

/// Defenders of the game, each against the best reply to it, the equilibrium's attacker and one at random: all of it
/// computed.
struct SecurityGameContest {
    let game: ZeroSumGame
    private let scenario: SecurityGameScenario
    private let policies: [EvaluatedPolicy]

    /// Solves the game.
    ///
    /// - Throws: `CommandFailure` for a discount that leaves nothing to compare by.
    init(_ scenario: SecurityGameScenario, _ policies: [EvaluatedPolicy]) throws {
        // 0.9 as it is meant, not as the nearest single-precision number.
        let discount = Double((policies.first?.parameters ?? scenario.defaults.parameters).discount.description) ?? 0
        guard discount <= ExactSolution.longestHorizon else {
            throw CommandFailure(
                .usage,
                "a discount of \(discount): \(SecurityGameScenario.name) never ends, and its returns are compared with a discount of at "
                    + "most \(ExactSolution.longestHorizon)"
            )
        }
        game = ZeroSumGame(scenario.process, replyCount: scenario.moveCount, discount: discount)
        (self.scenario, self.policies) = (scenario, policies)
    }

    /// The value of the game from the start.
    var value: Double { game.values[scenario.start] }

    /// How far a defender's worst case is below the value, as a share of its size.
    func gap(of worstCase: Double) -> Double { (value - worstCase) / max(value.magnitude, .leastNormalMagnitude) }

    /// The worst case of the defender that a table has learned, and what its attacker leaves to the best defender.
    func exploitability(of table: ActionValueTable) -> (defender: Double, attacker: Double) {
        let learned = game.strategies(of: table)
        return (
            game.worstCase(of: learned.own)[scenario.start], game.bestCase(against: learned.replies)[scenario.start]
        )
    }

    /// The defenders that are compared, by name.
    var defenders: [(name: String, strategy: ZeroSumGame.Strategy)] {
        let states = 0..<game.process.stateCount
        func pure(_ move: (Int) -> Int) -> ZeroSumGame.Strategy {
            states.map { state in
                let chosen = move(state)
                return (0..<game.moveCount).map { $0 == chosen ? 1 : 0 }
            }
        }
        let (hosts, database) = (scenario.hosts, scenario.hosts - 1)
        let learned = policies.enumerated().map { index, policy in
            (policies.count == 1 ? "learned" : "learned-\(index + 1)", game.strategies(of: policy.table).own)
        }
        return learned + [
            ("equilibrium", game.equilibrium.own),
            ("safest-move", pure(safestMove)),
            ("watch", pure { _ in 0 }),
            ("guard-database", pure { _ in 1 + database }),
            // The compromised host with the highest number, else the way in.
            ("clean-else-entry", pure { state in 1 + ((0..<hosts).last { state >> $0 & 1 == 1 } ?? 0) }),
            ("random", states.map { _ in (0..<game.moveCount).map { _ in 1 / Double(game.moveCount) } }),
        ]
    }

    /// The one move that makes sure of the most, without a draw, where the game goes on as in the equilibrium.
    private func safestMove(_ state: Int) -> Int {
        let worst = (0..<game.moveCount).map { move in
            (0..<game.replyCount).map {
                game.process.value(
                    of: move * game.replyCount + $0,
                    in: state,
                    from: game.values,
                    discount: game.discount
                )
            }
            .min() ?? 0
        }
        return worst.indices.max { (worst[$0], $1) < (worst[$1], $0) } ?? 0
    }

    func outcome(withCharts: Bool) throws -> EvaluationOutcome {
        let attackers = [
            ("against the equilibrium", game.equilibrium.replies),
            (
                "against random",
                game.values.map { _ in (0..<game.replyCount).map { _ in 1 / Double(game.replyCount) } }
            ),
        ]
        let rows = defenders.map { name, strategy in
            let worst = game.worstCase(of: strategy)[scenario.start]
            let others = attackers.map { game.values(of: strategy, against: $0.1)[scenario.start] }
            return (name: name, worst: worst, others: others)
        }
        let comparison = Comparison(
            title: "\(scenario.subject), γ \(game.discount), from all hosts clean; computed",
            seeds: [0],
            contenders: rows.map { row in
                Comparison.Contender(
                    name: row.name,
                    metrics: [
                        MetricSummary(name: "worst case", unit: "", preference: .higher, values: [row.worst]),
                        MetricSummary(name: "gap", unit: "%", preference: .lower, values: [100 * gap(of: row.worst)]),
                    ]
                        + zip(attackers, row.others).map {
                            MetricSummary(name: $0.0, unit: "", preference: .higher, values: [$1])
                        }
                )
            }
        )
        let reference = policies.isEmpty ? "equilibrium" : defenders[0].name
        let table = TextTable(
            header: ["defender", "worst case", "gap [%]"] + attackers.map(\.0),
            rows: rows.map { row in
                [row.name, decimal(row.worst, places: 6), decimal(100 * gap(of: row.worst), places: 3)]
                    + row.others.map { decimal($0, places: 6) }
            }
        )
        return EvaluationOutcome(
            scenario: ScenarioName(of: SecurityGameScenario.self),
            comparison: comparison,
            reference: reference,
            policies: policies,
            tables: [("Exact values from the start", table), ("Draws in the equilibrium", draws)],
            charts: withCharts
                ? [ComparisonCharts.bars(comparison, highlighting: reference)].compactMap(\.self) + [chart] : []
        )
    }

    /// With what probability the equilibrium guards and attacks, state by state.
    private var draws: TextTable {
        let (own, replies) = game.equilibrium
        func column(_ word: String, _ index: Int) -> String { index == 0 ? word : "\(word) \(index - 1)" }
        return TextTable(
            header: ["compromised"] + (0..<game.moveCount).map { column($0 == 0 ? "watch" : "guard", $0) }
                + (0..<game.replyCount).map { column($0 == 0 ? "hide" : "attack", $0) },
            rows: own.indices.map { state in
                [compromised(in: state)]
                    + (own[state] + replies[state]).map { decimal($0, places: 3) }
            }
        )
    }

    /// The numbers of the hosts that are compromised.
    private func compromised(in state: Int) -> String {
        let hosts = (0..<scenario.hosts).filter { state >> $0 & 1 == 1 }.map(String.init)
        return hosts.isEmpty ? "none" : hosts.joined(separator: ", ")
    }

    /// Where the equilibrium guards, by state.
    private var chart: Chart {
        let strategy = policies.first.map { game.strategies(of: $0.table).own } ?? game.equilibrium.own
        var chart = Chart(
            "guarding",
            title: "Where is guarded: \(policies.isEmpty ? "equilibrium" : "learned")",
            caption:
                "\(scenario.subject). Rows: which hosts are compromised; columns: watch, then guard each "
                + "host, of which the last is the database; colours: how often.",
            x: .init("move", from: -1.2, to: Double(game.moveCount), isHidden: true),
            y: .init("state", from: 0, to: Double(game.process.stateCount) + 1, isHidden: true)
        )
        chart.colours = .init("probability", from: 0, to: 1)
        let top = Double(strategy.count) + 0.35
        chart.labels = (0..<game.moveCount).map {
            .init($0 == 0 ? "watch" : "guard \($0 - 1)", at: SIMD2(Double($0) + 0.1, top))
        }
        for (state, shares) in strategy.enumerated() {
            let y = Double(strategy.count - 1 - state)
            chart.labels.append(.init(compromised(in: state), at: SIMD2(-1.15, y + 0.4)))
            for (move, share) in shares.enumerated() {
                let x = Double(move)
                chart.cells.append(.init(x: (x + 0.02)...(x + 0.98), y: (y + 0.06)...(y + 0.94), value: share))
            }
        }
        return chart
    }
}
