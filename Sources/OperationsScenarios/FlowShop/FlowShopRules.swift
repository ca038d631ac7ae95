internal import DecisionProcesses
internal import Evaluation
internal import Reports
internal import Scenarios
internal import TabularLearning

// The rules of the field.
extension FlowShopScenario {
    func rules(_ solution: ExactSolution) -> [Controller] {
        let process = solution.process
        /// Takes the job of the lowest index, the first of equal ones.
        func lowest(_ name: String, _ index: @escaping (_ job: Int, _ time: Double, _ left: [Int]) -> Double)
            -> Controller
        {
            Controller(name, in: process) { state in
                let (time, left) = (Double(time(state)), process.actions(in: state))
                return left.min { (index($0, time, left), $0) < (index($1, time, left), $1) } ?? 0
            }
        }
        func work(_ job: Int) -> Double { Double(jobs[job].total) }
        return [
            lowest("johnson") { job, _, _ in
                jobs[job].first <= jobs[job].second
                    ? Double(jobs[job].first) : 1e6 - Double(jobs[job].second)
            },
            lowest("spt") { job, _, _ in work(job) },
            lowest("mwkr") { job, _, _ in -work(job) },
            lowest("edd") { job, _, _ in dueDate(of: job) },
            lowest("cr") { job, time, _ in (dueDate(of: job) - time) / max(1, work(job)) },
            lowest("atc") { job, time, left in
                // Apparent tardiness cost with a look-ahead of 2 (Vepsalainen & Morton, Management Science 33(8), 1987).
                let mean = left.reduce(0) { $0 + work($1) } / Double(left.count)
                let slack = max(0, dueDate(of: job) - work(job) - time)
                return -exponential(-min(700, slack / (2 * max(1, mean)))) / max(1, work(job))
            },
            .random(in: process),
        ]
    }

    var figures: [ProcessFigure] {
        let scenario = self
        return [
            ProcessFigure(name: "makespan", unit: "time", preference: .lower, isMean: false) { -$2.reward },
            ProcessFigure(name: "tardiness", unit: "time", preference: .none, isMean: false) { state, job, _ in
                let lag = scenario.lag(after: job, from: scenario.reading(state).lag)
                let end = scenario.time(state) + scenario.jobs[job].first + lag
                return max(0, Double(end) - scenario.dueDate(of: job))
            },
        ]
    }

    /// The schedules of the learned policy and of the optimum, machine by machine.
    func charts(_ solution: ExactSolution, learned: ActionValueTable?) -> [Chart] {
        let policies = [("optimum", solution.policy)] + (learned.map { [("learned", solution.policy(of: $0))] } ?? [])
        return policies.map { name, policy in
            var chart = Chart(
                "schedule-\(name)",
                title: "Schedule: \(name)",
                caption: "\(subject). Each block is a job on a machine; the number is the job's.",
                x: .init("time", from: 0),
                y: .init("machine", from: 0, to: 2)
            )
            chart.colours = .init("job", from: 0, to: Double(jobs.count - 1))
            var (state, second) = (Optional(start), 0)
            while let now = state {
                let job = Int(policy[now])
                let first = time(now)
                let begin = max(first + jobs[job].first, second)
                second = begin + jobs[job].second
                for (machine, from, length) in [(1.0, first, jobs[job].first), (0.0, begin, jobs[job].second)]
                where length > 0 {
                    let (left, right) = (Double(from), Double(from + length))
                    chart.cells.append(.init(x: left...right, y: (machine + 0.1)...(machine + 0.9), value: Double(job)))
                    chart.labels.append(.init("\(job)", at: .init((left + right) / 2, machine + 0.5)))
                }
                state = solution.process.outcomes[solution.process.range(of: job, in: now)].first?.next
            }
            chart.aspect = 2.6
            return chart
        }
    }
}
