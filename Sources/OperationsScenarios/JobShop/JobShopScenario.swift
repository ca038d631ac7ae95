internal import DecisionProcesses
internal import Evaluation
internal import ScenarioCatalogue
internal import Scenarios
internal import TabularLearning

/// Jobs that go through machines, each in an order of its own, and the question whose operation is next.
///
/// A state is a partial schedule, as far as it makes a difference to what is left; an action is the job that goes
/// first of those that want the machine on which an operation could be completed first. Time that passes is the cost,
/// so that the sum is the makespan. The schedules that can come about are the active ones, one of which is optimal.
struct JobShopScenario: Scenario, Hashable {
    static let name = "jobshop"

    /// A part of a job.
    struct Operation: Hashable, Codable {
        var machine: Int
        var time: Int
    }

    /// The operations of each job in their order, one on each machine.
    ///
    /// Six jobs on six machines, whose optimum is 55. Source: Fisher and Thompson, *Probabilistic Learning Combinations of
    /// Local Job-Shop Scheduling Rules*, in *Industrial Scheduling*, 1963.
    var jobs = [
        [(2, 1), (0, 3), (1, 6), (3, 7), (5, 3), (4, 6)],
        [(1, 8), (2, 5), (4, 10), (5, 10), (0, 10), (3, 4)],
        [(2, 5), (3, 4), (5, 8), (0, 9), (1, 1), (4, 7)],
        [(1, 5), (0, 5), (2, 5), (3, 3), (4, 8), (5, 9)],
        [(2, 9), (1, 3), (4, 5), (5, 4), (0, 3), (3, 1)],
        [(1, 3), (3, 3), (5, 9), (0, 10), (4, 4), (2, 1)],
    ]
    .map { $0.map { Operation(machine: $0.0, time: $0.1) } }
    /// A job is due at its work times this.
    var tightness = 1.5
    /// The shortest makespan that anybody has found, where the file says so.
    var bestKnown: Int? = 55

    static let jobCounts = 2...12
    static let machineCounts = 1...12
    /// Those of which the rules' makespans are computed, and nothing is solved.
    static let ruledJobCounts = 2...100
    static let ruledMachineCounts = 1...20
    static let times = 0...1_000
    /// The most partial schedules that are solved.
    static let mostStates = 400_000

    var machineCount: Int { jobs.first?.count ?? 0 }

    /// The work of a job.
    func work(_ job: Int) -> Int { jobs[job].reduce(0) { $0 + $1.time } }

    /// What no schedule is shorter than: the longest job, or the work of the busiest machine.
    var bound: Int {
        var loads = Array(repeating: 0, count: machineCount)
        for operation in jobs.joined() { loads[operation.machine] += operation.time }
        return max(loads.max() ?? 0, jobs.indices.map(work).max() ?? 0)
    }

    func check() throws(ScenarioError) {
        try check(Self.jobCounts, Self.machineCounts)
        guard PartialSchedules.of(jobs) != nil else {
            throw ScenarioError(
                "\(jobs.count) jobs on \(machineCount) machines with these times have more than \(Self.mostStates) partial "
                    + "schedules, which are not solved: take fewer jobs, or coarser times, or evaluate jobshop --rules-only"
            )
        }
    }

    /// Checks all but how many partial schedules there are.
    func check(_ jobCounts: ClosedRange<Int>, _ machineCounts: ClosedRange<Int>) throws(ScenarioError) {
        guard jobCounts.contains(jobs.count), machineCounts.contains(machineCount) else {
            throw ScenarioError(
                "\(jobs.count) jobs on \(machineCount) machines: 2 to \(jobCounts.upperBound) jobs on 1 to "
                    + "\(machineCounts.upperBound) machines"
            )
        }
        for (index, job) in jobs.enumerated() {
            guard job.map(\.machine).sorted() == Array(0..<machineCount) else {
                throw ScenarioError("job \(index) does not visit each of the \(machineCount) machines once")
            }
            for operation in job where !Self.times.contains(operation.time) {
                throw ScenarioError(
                    "job \(index) takes \(operation.time) on machine \(operation.machine), not 0 to 1000"
                )
            }
        }
        guard (0...1e3).contains(tightness) else {
            throw ScenarioError("due dates of \(tightness) times the work are not within 0...1000")
        }
        let total = jobs.indices.reduce(0) { $0 + work($1) }
        guard total <= 60_000 else {
            throw ScenarioError("\(total) units of work: at most 60000, take coarser times")
        }
        if let bestKnown, bestKnown < bound {
            throw ScenarioError("a best known makespan of \(bestKnown) is below \(bound), which no schedule can be")
        }
    }

    /// The partial schedule, numbered as they are found, and the job that is next.
    var space: StateSpace {
        StateSpace(
            factors: [.init("schedule", count: schedules.floors.count)],
            actions: jobs.indices.map { "job \($0)" }
        )
    }

    /// Random schedules at first; nothing is drawn, so that each update counts in full.
    ///
    /// Values begin at the longest schedule, so that what was never tried is not preferred.
    var defaults: TrainingDefaults {
        .overAllStates(
            discount: 1,
            stepSize: .constant(1),
            steps: 6_000_000,
            initialValue: -Float(jobs.indices.reduce(0) { $0 + work($1) })
        )
    }

    /// Those of the problem, which has been checked.
    var schedules: PartialSchedules {
        guard let schedules = PartialSchedules.of(jobs) else {
            preconditionFailure("a job shop is checked before it is solved")
        }
        return schedules
    }
}

extension JobShopScenario: ProcessScenario {
    var process: DecisionProcess { schedules.process }

    /// Nothing is scheduled.
    var start: Int { 0 }

    var trainingStarts: [Int] { [0] }

    var stepLimit: Int? { nil }

    var subject: String {
        "job shop, \(jobs.count) jobs on \(machineCount) machines, no schedule below \(bound)"
            + (bestKnown.map { ", best known \($0)" } ?? "")
    }

    func dueDate(of job: Int) -> Double { tightness * Double(work(job)) }

    /// What is decided, then the row.
    func explainDecision(in state: UInt64, of policy: Policy) -> String {
        guard state < UInt64(schedules.floors.count), let conflict = schedules.floors[Int(state)].conflict(of: jobs)
        else {
            return policy.explain(state)
        }
        let floor = schedules.floors[Int(state)]
        let rivals = conflict.jobs.map { job in
            let time = floor.next(job, of: jobs)?.time ?? 0
            return "job \(job) from \(floor.start(job, on: conflict.machine)) on for \(time)"
        }
        return "Who is next on machine \(conflict.machine): \(rivals.joined(separator: ", ")).\n"
            + policy.explain(state)
    }
}
