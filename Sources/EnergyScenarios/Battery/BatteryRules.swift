internal import DecisionProcesses
internal import Evaluation
internal import Reports
internal import Scenarios
internal import TabularLearning

// The rules of the field.
extension BatteryScenario {
    func rules(_ solution: ExactSolution) -> [Controller] {
        let process = solution.process
        let mean = prices.reduce(0, +) / Double(prices.count)
        return [
            Controller("wait", in: process) { _ in 1 },
            threshold("greedy", below: mean, above: mean / max(efficiency, 0.01), in: process),
            bestThreshold(solution), predictive(6, in: process), predictive(24, in: process), .random(in: process),
        ]
    }

    /// Charge at prices up to one, discharge at prices from another on.
    private func threshold(_ name: String, below: Double, above: Double, in process: DecisionProcess) -> Controller {
        Controller(name, in: process) { state in
            let (_, price, charge) = reading(state)
            if price >= above, charge > 0 { return 0 }
            return price <= below && charge < capacity ? 2 : 1
        }
    }

    /// The two prices with which that does best, of those that are expected; of long lists every so many.
    private func bestThreshold(_ solution: ExactSolution) -> Controller {
        let all = Set(prices).sorted()
        let stride = max(1, all.count / 12)
        let candidates = all.indices.filter { $0 % stride == 0 }.map { all[$0] }
        let pairs = candidates.flatMap { low in candidates.filter { $0 > low }.map { (low, $0) } }
        let rules = pairs.map { low, high in
            threshold("threshold \(decimal(low))/\(decimal(high))", below: low, above: high, in: solution.process)
        }
        let values = rules.map { solution.values(of: $0)[start] }
        let best = values.indices.max { (values[$0], $1) < (values[$1], $0) }
        return best.map { rules[$0] } ?? Controller("threshold", in: solution.process) { _ in 1 }
    }

    /// Model predictive control: the plan that would be best if the expected prices of the next hours came true, hour by hour anew.
    private func predictive(_ window: Int, in process: DecisionProcess) -> Controller {
        // What a charge is worth from each hour on, by the hours that are still looked at.
        let plans = prices.indices.map { hour in expectedValues(from: hour + 1, to: min(prices.count, hour + window)) }
        return Controller("mpc-\(window)", in: process) { state in
            let (hour, price, charge) = reading(state)
            let actions = (0..<3).filter { mask(charge: charge) & 1 << $0 != 0 }
            let values = actions.map { reward($0, at: price) + plans[hour][charge + $0 - 1] }
            // Of equal ones to wait: a plan goes by what it sees.
            let best = values.max() ?? 0
            return actions.indices.filter { values[$0] == best }.map { actions[$0] }.max {
                ($0 == 1 ? 1 : 0) < ($1 == 1 ? 1 : 0)
            } ?? 1
        }
    }

    /// By charge what it earns in some hours at the expected prices, by backward induction.
    private func expectedValues(from first: Int, to end: Int) -> [Double] {
        var values = Array(repeating: 0.0, count: capacity + 1)
        for hour in stride(from: end - 1, through: first, by: -1) {
            values = values.indices.map { charge in
                (0..<3).filter { mask(charge: charge) & 1 << $0 != 0 }
                    .map { reward($0, at: prices[hour]) + values[charge + $0 - 1] }.max() ?? 0
            }
        }
        return values
    }

    var figures: [ProcessFigure] {
        [
            ProcessFigure(name: "charged", unit: "units", preference: .none, isMean: false) {
                _,
                action,
                _ in action == 2 ? 1 : 0
            },
            ProcessFigure(name: "discharged", unit: "units", preference: .none, isMean: false) {
                _,
                action,
                _ in action == 0 ? 1 : 0
            },
        ]
    }

    /// The charge over the hours, on the prices; with a spread where prices come as expected.
    func charts(_ solution: ExactSolution, learned: ActionValueTable?) -> [Chart] {
        var chart = Chart(
            "charge",
            title: "Charge and price",
            caption: "\(subject). Lines: the charge at the beginning of each hour; colours: the expected price.",
            x: .init("hour", from: 0, to: Double(prices.count)),
            y: .init("charge", unit: "units", from: 0, to: Double(capacity))
        )
        chart.colours = .init("price", from: min(0, prices.min() ?? 0), to: max(1, prices.max() ?? 1))
        chart.cells = prices.enumerated().map { hour, price in
            .init(x: Double(hour)...Double(hour + 1), y: 0...Double(capacity), value: price)
        }
        let policies = [("optimum", solution.policy)] + (learned.map { [("learned", solution.policy(of: $0))] } ?? [])
        chart.curves = policies.map { name, policy in
            var charge = 0
            var points = [Chart.Curve.Point(x: 0, y: 0)]
            for hour in prices.indices {
                charge += Int(policy[state(hour: hour, level: isKnown ? 0 : 1, charge: charge)]) - 1
                points.append(.init(x: Double(hour + 1), y: Double(charge)))
            }
            return .init(name, points: points)
        }
        return [chart]
    }
}
