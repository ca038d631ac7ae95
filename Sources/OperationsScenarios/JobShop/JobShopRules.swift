internal import DecisionProcesses
internal import Evaluation
internal import Reports
internal import Scenarios
internal import TabularLearning

// The rules of the field.
extension JobShopScenario {
    /// What a dispatching rule looks at.
    fileprivate struct Operand {
        let job: Int
        /// The time of the operation.
        let time: Double
        /// The work and the operations of the job that are left, this one included.
        let work: Double
        let count: Double
        /// When it could begin.
        let start: Double
        /// The mean time of those that want the machine.
        let mean: Double
    }

    /// A dispatching rule: the job of the lowest index goes first, the first of equal ones.
    private struct DispatchingRule {
        let name: String
        let index: (Operand) -> Double
    }

    private var dispatchingRules: [DispatchingRule] {
        [
            .init(name: "spt") { $0.time },
            .init(name: "mwkr") { -$0.work },
            .init(name: "mopnr") { -$0.count },
            .init(name: "fifo") { $0.start },
            .init(name: "edd") { dueDate(of: $0.job) },
            .init(name: "cr") { (dueDate(of: $0.job) - $0.start) / max(1, $0.work) },
            .init(name: "atc") { operand in
                // Apparent tardiness cost with a look-ahead of 2 (Vepsalainen & Morton, Management Science 33(8),
                // 1987).
                let slack = max(0, dueDate(of: operand.job) - operand.work - operand.start)
                return -exponential(-min(700, slack / (2 * max(1, operand.mean)))) / max(1, operand.time)
            },
        ]
    }

    private func choice(_ rule: DispatchingRule, _ floor: ShopFloor, _ clock: Int) -> Int {
        operands(floor, clock).min { (rule.index($0), $0.job) < (rule.index($1), $1.job) }?.job ?? 0
    }

    func rules(_ solution: ExactSolution) -> [Controller] {
        let (schedules, process) = (schedules, solution.process)
        let known = dispatchingRules.map { rule in
            // A state does not know the instant. On the rule's own way it is known; elsewhere it is that of the way by
            // which a state was found first, where rules that look at the clock are only told what they do, not
            // compared.
            let course = Dictionary(
                schedules.course { choice(rule, schedules.floors[$0], $1) }.map { ($0.state, $0.job) },
                uniquingKeysWith: { first, _ in first }
            )
            return Controller(rule.name, in: process) {
                course[$0] ?? choice(rule, schedules.floors[$0], schedules.clocks[$0])
            }
        }
        return known + [.random(in: process)]
    }

    /// The makespans to which the rules come, one decision after another: of job shops that are too large to be solved too.
    var makespans: [(name: String, makespan: Int)] {
        dispatchingRules.map { rule in
            var floor = ShopFloor(jobCount: jobs.count, machineCount: machineCount)
            var clock = 0
            while floor.conflict(of: jobs) != nil {
                floor.schedule(choice(rule, floor, clock), of: jobs)
                clock += floor.moveOn(jobs)
            }
            return (rule.name, clock)
        }
    }

    private func operands(_ floor: ShopFloor, _ clock: Int) -> [Operand] {
        guard let conflict = floor.conflict(of: jobs) else { return [] }
        let times = conflict.jobs.map { Double(jobs[$0][floor.done($0)].time) }
        return zip(conflict.jobs, times).map { job, time in
            let left = jobs[job][floor.done(job)...]
            return Operand(
                job: job,
                time: time,
                work: Double(left.reduce(0) { $0 + $1.time }),
                count: Double(left.count),
                start: Double(clock + floor.start(job, on: conflict.machine)),
                mean: times.reduce(0, +) / Double(times.count)
            )
        }
    }

    var figures: [ProcessFigure] {
        [ProcessFigure(name: "makespan", unit: "time", preference: .lower, isMean: false) { -$2.reward }]
    }

    /// The schedules of the learned policy and of the optimum, machine by machine.
    func charts(_ solution: ExactSolution, learned: ActionValueTable?) -> [Chart] {
        let policies = [("optimum", solution.policy)] + (learned.map { [("learned", solution.policy(of: $0))] } ?? [])
        return policies.map { name, policy in
            var chart = Chart(
                "schedule-\(name)",
                title: "Schedule: \(name)",
                caption: "\(subject). Each block is an operation on a machine; the number is the job's.",
                x: .init("time", from: 0),
                y: .init("machine", from: -0.5, to: Double(machineCount) - 0.5)
            )
            chart.colours = .init("job", from: 0, to: Double(jobs.count - 1))
            for block in blocks(policy) where block.length > 0 {
                let (left, right) = (Double(block.start), Double(block.start + block.length))
                let row = Double(block.machine)
                chart.cells.append(.init(x: left...right, y: (row - 0.4)...(row + 0.4), value: Double(block.job)))
                chart.labels.append(.init("\(block.job)", at: .init((left + right) / 2, row)))
            }
            chart.aspect = 2
            return chart
        }
    }

    /// The operations of a policy's schedule in the order of its decisions.
    private func blocks(_ policy: [UInt8]) -> [(job: Int, machine: Int, start: Int, length: Int)] {
        schedules.course { state, _ in Int(policy[state]) }.compactMap { state, clock, job in
            let floor = schedules.floors[state]
            return floor.next(job, of: jobs).map { operation in
                (job, operation.machine, clock + floor.start(job, on: operation.machine), operation.time)
            }
        }
    }
}
