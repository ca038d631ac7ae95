internal import DecisionProcesses
internal import Evaluation
internal import Reports
internal import Scenarios
internal import TabularLearning

// The rules of the field.
extension MicrogridScenario {
    func rules(_ solution: ExactSolution) -> [Controller] {
        let process = solution.process
        let mean = prices.reduce(0, +) / Double(prices.count)
        return [
            Controller("wait", in: process) { _ in waiting },
            ownUse(in: process),
            rule("greedy", in: process) { battery, hour, price, charge in
                if price >= mean / max(batteries[battery].efficiency, 0.01), charge > 0 { return -1 }
                return price <= mean && charge < batteries[battery].capacity ? 1 : 0
            },
            bestThreshold(solution), alone(in: process), predictive(6, in: process), predictive(24, in: process),
            .random(in: process),
        ]
    }

    /// What each battery would do for itself, as far as the transformer lets it: where it does not, the last ones that
    /// charge wait.
    private func rule(
        _ name: String,
        in process: DecisionProcess,
        move: (_ battery: Int, _ hour: Int, _ price: Double, _ charge: Int) -> Int
    ) -> Controller {
        Controller(name, in: process) { state in
            let (hour, price, charges) = reading(state)
            var moves = batteries.indices.map { move($0, hour, price, charges[$0]) }
            while process.masks[state] & 1 << UInt64(action(moves)) == 0, let last = moves.lastIndex(of: 1) {
                moves[last] = 0
            }
            return action(moves)
        }
    }

    /// Charge from what is left over, discharge into what is wanted, whatever the price: what storage at home does.
    private func ownUse(in process: DecisionProcess) -> Controller {
        Controller("own-use", in: process) { state in
            let (hour, _, charges) = reading(state)
            var (net, moves) = (demand[hour] - sun[hour], [Int]())
            for (battery, charge) in zip(batteries, charges) {
                let move = net <= -1 && charge < battery.capacity ? 1 : net >= battery.efficiency && charge > 0 ? -1 : 0
                net += move > 0 ? 1 : move < 0 ? -battery.efficiency : 0
                moves.append(move)
            }
            return action(moves)
        }
    }

    /// Charge at prices up to one, discharge at prices from another on: the best two of those that are expected.
    private func bestThreshold(_ solution: ExactSolution) -> Controller {
        let all = Set(prices).sorted()
        let stride = max(1, all.count / 12)
        let candidates = all.indices.filter { $0 % stride == 0 }.map { all[$0] }
        let rules = candidates.flatMap { low in
            candidates.filter { $0 > low }.map { high in
                rule("threshold \(decimal(low))/\(decimal(high))", in: solution.process) { battery, _, price, charge in
                    if price >= high, charge > 0 { return -1 }
                    return price <= low && charge < batteries[battery].capacity ? 1 : 0
                }
            }
        }
        let values = rules.map { solution.values(of: $0)[start] }
        let best = values.indices.max { (values[$0], $1) < (values[$1], $0) }
        return best.map { rules[$0] } ?? Controller("threshold", in: solution.process) { _ in waiting }
    }

    /// Each battery by the best plan that it would have if it were alone, at the expected prices: the problem taken
    /// apart.
    private func alone(in process: DecisionProcess) -> Controller {
        let plans = batteries.map { battery in
            var scenario = self
            scenario.batteries = [battery]
            return (scenario, prices.indices.map { scenario.expectedValues(from: $0 + 1, to: prices.count) })
        }
        return rule("each-alone", in: process) { battery, hour, price, charge in
            let (scenario, values) = plans[battery]
            return scenario.moves(scenario.planned(hour: hour, price: price, charges: [charge], then: values[hour]))[0]
        }
    }

    /// Model predictive control: the plan that would be best if the expected prices of the next hours came true, hour
    /// by hour anew.
    private func predictive(_ window: Int, in process: DecisionProcess) -> Controller {
        let plans = prices.indices.map { expectedValues(from: $0 + 1, to: min(prices.count, $0 + window)) }
        return Controller("mpc-\(window)", in: process) { state in
            let (hour, price, charges) = reading(state)
            return planned(hour: hour, price: price, charges: charges, then: plans[hour])
        }
    }

    /// The place of charges among all.
    private func place(_ charges: [Int]) -> Int {
        zip(batteries, charges).reduce(0) { $0 * ($1.0.capacity + 1) + $1.1 }
    }

    /// The action that is best where it is known what charges are worth afterwards; of equal ones to wait, then the
    /// lowest.
    private func planned(hour: Int, price: Double, charges: [Int], then values: [Double]) -> Int {
        let mask = mask(hour: hour, charges: charges)
        var best = (action: waiting, value: values[place(charges)])
        for action in 0..<64 where mask >> UInt64(action) & 1 == 1 {
            let after = zip(charges, moves(action)).map { $0 + $1 }
            let value = reward(action, hour: hour, price: price) + values[place(after)]
            if value > best.value { best = (action, value) }
        }
        return best.action
    }

    /// What charges save in some hours at the expected prices, by backward induction.
    private func expectedValues(from first: Int, to end: Int) -> [Double] {
        let count = batteries.reduce(1) { $0 * ($1.capacity + 1) }
        // As the state of an hour at its expected price has them.
        let all = (0..<count).map { reading($0).charges }
        var values = Array(repeating: 0.0, count: count)
        for hour in stride(from: end - 1, through: first, by: -1) {
            values = all.map { charges in
                let action = planned(hour: hour, price: prices[hour], charges: charges, then: values)
                let after = zip(charges, moves(action)).map { $0 + $1 }
                return reward(action, hour: hour, price: prices[hour]) + values[place(after)]
            }
        }
        return values
    }

    var figures: [ProcessFigure] {
        let scenario = self
        func figure(
            _ name: String,
            _ preference: MetricSummary.Preference,
            _ value: @escaping @Sendable (Flow) -> Double
        )
            -> ProcessFigure
        {
            ProcessFigure(name: name, unit: "units", preference: preference, isMean: false) { state, action, _ in
                value(scenario.flow(scenario.moves(action), hour: scenario.reading(state).hour))
            }
        }
        return [
            figure("bought", .none) { $0.bought }, figure("sold", .none) { $0.sold },
            figure("shed", .lower) { $0.shed },
            figure("lost", .none) { $0.lost },
            ProcessFigure(name: "charged", unit: "units", preference: .none, isMean: false) { _, action, _ in
                Double(scenario.moves(action).count { $0 > 0 })
            },
            ProcessFigure(name: "discharged", unit: "units", preference: .none, isMean: false) { _, action, _ in
                Double(scenario.moves(action).count { $0 < 0 })
            },
        ]
    }

    /// The charges over the hours on the prices, and what the transformer lets through; with a spread where prices
    /// come as expected.
    func charts(_ solution: ExactSolution, learned: ActionValueTable?) -> [Chart] {
        let policies = [("optimum", solution.policy)] + (learned.map { [("learned", solution.policy(of: $0))] } ?? [])
        let courses = policies.map { ($0.0, course($0.1)) }
        let most = batteries.map(\.capacity).max() ?? 1
        var charge = Chart(
            "charges",
            title: "Charges and price",
            caption:
                "\(subject). Lines: the charge of each battery at the beginning of each hour; colours: the expected price.",
            x: .init("hour", from: 0, to: Double(prices.count)),
            y: .init("charge", unit: "units", from: 0, to: Double(most))
        )
        charge.colours = .init("price", from: min(0, prices.min() ?? 0), to: max(1, prices.max() ?? 1))
        charge.cells = prices.enumerated().map { hour, price in
            .init(x: Double(hour)...Double(hour + 1), y: 0...Double(most), value: price)
        }
        charge.curves = courses.flatMap { name, course in
            batteries.indices.map { battery in
                .init(
                    "\(name), battery \(battery + 1)",
                    points: course.charges.enumerated().map { .init(x: Double($0), y: Double($1[battery])) }
                )
            }
        }
        var grid = Chart(
            "transformer",
            title: "Through the transformer",
            caption:
                "\(subject). What is bought, and below zero what is sold, in each hour; the limit is \(decimal(limit)).",
            x: .init("hour", from: 0, to: Double(prices.count)),
            y: .init("bought less sold", unit: "units")
        )
        let idle = prices.indices.map { flow(batteries.map { _ in 0 }, hour: $0) }
        grid.curves = (courses.map { ($0, $1.flows) } + [("without batteries", idle)]).map { name, flows in
            .init(
                name,
                points: flows.enumerated().map { .init(x: Double($0), y: $1.bought - $1.sold) },
                style: .linesAndPoints
            )
        }
        return [charge, grid]
    }

    /// The charges before each hour and at the end, and what flows, where prices come as expected.
    private func course(_ policy: [UInt8]) -> (charges: [[Int]], flows: [Flow]) {
        var (charges, flows) = ([batteries.map { _ in 0 }], [Flow]())
        for hour in prices.indices {
            let now = charges[hour]
            let moves = moves(Int(policy[state(hour: hour, level: isKnown ? 0 : 1, charges: now)]))
            flows.append(flow(moves, hour: hour))
            charges.append(zip(now, moves).map { $0 + $1 })
        }
        return (charges, flows)
    }
}
