internal import DecisionProcesses
internal import Evaluation
internal import Reports
internal import Scenarios
internal import TabularLearning

// The rules of the field.
extension MaintenanceScenario {
    var subject: String {
        let fails =
            switch wear {
            case .steps: "wear in \(conditions) conditions"
            case .weibull(let shape, let scale): "Weibull lifetime \(decimal(shape)), \(decimal(scale))"
            }
        return "maintenance, \(machines == 1 ? "one machine" : "\(machines) machines and one crew"), \(fails)"
    }

    func rules(_ solution: ExactSolution) -> [Controller] {
        let process = solution.process
        let limits = (1..<conditions).map { limit in controlLimit(limit, in: process) }
        let periods = Array(1...min(3 * conditions, 60))
        var rules = [Controller("run-to-failure", in: process) { _ in 0 }, best(limits, by: solution)]
        if machines == 1 {
            rules.append(best(periods.map { age($0, in: process) }, by: solution))
            rules.append(best(periods.map { block($0, in: process) }, by: solution))
        } else {
            // With a machine alone it can be chosen; several take the same, one after another.
            var alone = self
            alone.machines = 1
            let single = ExactSolution(alone.process, discount: solution.discount)
            let period = best(periods.map { alone.block($0, in: single.process) }, by: single).memoryCount
            rules.append(block(max(period, machines), in: process))
        }
        return rules + [.random(in: process)]
    }

    private func best(_ rules: [Controller], by solution: ExactSolution) -> Controller {
        let values = rules.map { solution.values(of: $0)[start] }
        return rules[values.indices.max { (values[$0], $1) < (values[$1], $0) } ?? 0]
    }

    /// Repair the most worn machine, if it has come to a condition.
    func controlLimit(_ limit: Int, in process: DecisionProcess) -> Controller {
        Controller("control-limit-\(limit)", in: process) { state in
            let running = levelsOfMachines(state).enumerated().filter { $0.element < conditions }
            let worst = running.max { ($0.element, $1.offset) < ($1.element, $0.offset) }
            guard let worst, worst.element >= limit else { return 0 }
            return worst.offset + 1
        }
    }

    /// Repair a machine when that many periods have gone by since it was new, whatever its condition.
    func age(_ age: Int, in process: DecisionProcess) -> Controller {
        let failed = conditions
        return Controller(
            "age-\(age)",
            in: process,
            memoryCount: age + 1,
            remember: { memory, state, action, _ in action == 1 || state == failed ? 0 : min(age, memory + 1) },
            shares: { state, memory in [(memory >= age && state != failed ? 1 : 0, 1)] }
        )
    }

    /// Repair each machine once in so many periods by the calendar, whatever its age; several in turn.
    func block(_ period: Int, in process: DecisionProcess) -> Controller {
        Controller(
            "block-\(period)",
            in: process,
            memoryCount: period,
            firstMemory: 1 % period,
            remember: { memory, _, _, _ in (memory + 1) % period },
            shares: { state, memory in
                let due = (0..<machines).first { memory == $0 * period / machines }
                return [(due.map { $0 + 1 } ?? 0, 1)]
            }
        )
    }

    var figures: [ProcessFigure] {
        let (scenario, failed) = (self, conditions)
        return [
            ProcessFigure(name: "failures", unit: "1/1000 periods", preference: .lower) { state, _, _ in
                1000 * Double(scenario.levelsOfMachines(state).count { $0 == failed })
            },
            ProcessFigure(name: "repairs", unit: "1/1000 periods", preference: .none) { state, action, _ in
                action > 0 && scenario.levelsOfMachines(state)[action - 1] != failed ? 1000 : 0
            },
            ProcessFigure(name: "profit", unit: "1/period", preference: .higher) { $2.reward },
        ]
    }

    /// What running and repairing is worth by condition, exact and learned.
    func charts(_ solution: ExactSolution, learned: ActionValueTable?) -> [Chart] {
        guard machines == 1 else { return [] }
        var chart = Chart(
            "action-values",
            title: "What it is worth to run on and to repair",
            caption:
                "\(subject), γ \(solution.discount). Lines: exact; points: learned. Where they cross, repairing begins.",
            x: .init("condition"),
            y: .init("action value")
        )
        for (action, name) in space.actions.enumerated() {
            chart.curves.append(
                .init(
                    "\(name), exact",
                    points: (0..<conditions).map { condition in
                        let value = solution.process.value(
                            of: action,
                            in: condition,
                            from: solution.values,
                            discount: solution.discount
                        )
                        return .init(x: Double(condition), y: value)
                    }
                )
            )
            guard let learned else { continue }
            chart.curves.append(
                .init(
                    "\(name), learned",
                    points: (0..<conditions).map {
                        .init(x: Double($0), y: Double(learned.cells[$0 * learned.actionCount + action].value))
                    },
                    style: .points
                )
            )
        }
        return [chart]
    }
}
