internal import DecisionProcesses
internal import Evaluation
internal import ScenarioCatalogue
internal import Scenarios
internal import TabularLearning

/// Jobs that go through two machines in the same order, one after another.
///
/// What has been decided leaves two things behind: the jobs that are left, and the lag, the time by which the second machine is
/// done later than the first. So the problem is a decision process: a job costs its time on the first machine, and at the end the
/// lag is added; the sum is the makespan.
///
/// Johnson's rule is optimal: Johnson, *Optimal Two- and Three-stage Production Schedules with Setup Times Included*, Naval
/// Research Logistics Quarterly 1(1), 1954.
struct FlowShopScenario: Scenario, Hashable {
    static let name = "flowshop"

    /// The times of a job on both machines.
    struct Job: Hashable, Codable {
        var first: Int
        var second: Int

        var total: Int { first + second }
    }

    var jobs = [(3, 6), (7, 2), (4, 7), (5, 3), (6, 5), (2, 4), (8, 1), (1, 8)].map { Job(first: $0.0, second: $0.1) }
    /// A job is due at its time on both machines times this.
    var tightness = 3.0

    static let jobCounts = 2...12
    static let times = 0...1_000
    /// The most states that are solved.
    static let mostStates = 200_000

    func check() throws(ScenarioError) {
        guard Self.jobCounts.contains(jobs.count) else {
            throw ScenarioError("\(jobs.count) jobs: 2 to 12, of which every set is a state")
        }
        for (index, job) in jobs.enumerated() where !(Self.times.contains(job.first) && Self.times.contains(job.second))
        {
            throw ScenarioError(
                "job \(index) takes \(job.first) and \(job.second): times are whole numbers from 0 to 1000"
            )
        }
        guard (0...1e3).contains(tightness) else {
            throw ScenarioError("due dates of \(tightness) times the work are not within 0...1000")
        }
        guard stateCount <= Self.mostStates else {
            throw ScenarioError(
                "\(jobs.count) jobs with lags up to \(longestLag) make \(stateCount) states; at most \(Self.mostStates) are "
                    + "solved: take fewer jobs, or coarser times"
            )
        }
    }

    /// Which jobs are left, the last one first, and the lag.
    var space: StateSpace {
        StateSpace(
            factors: jobs.indices.reversed().map { .init("job \($0)", levels: ["done", "left"]) }
                + [.init("lag", count: longestLag + 1)],
            actions: jobs.indices.map { "job \($0)" }
        )
    }

    /// Random orders at first; nothing is drawn, so that each update counts in full.
    var defaults: TrainingDefaults {
        .overAllStates(
            discount: 1,
            stepSize: .constant(1),
            steps: 2_000_000
        )
    }

    /// No schedule has a longer one: the second machine cannot lag by more than all of its work.
    var longestLag: Int { jobs.reduce(0) { $0 + $1.second } }
}

extension FlowShopScenario: ProcessScenario {
    var stateCount: Int { (1 << jobs.count) * (longestLag + 1) }

    /// Everything is left, and both machines are free.
    var start: Int { ((1 << jobs.count) - 1) * (longestLag + 1) }

    var trainingStarts: [Int] { [start] }

    var stepLimit: Int? { nil }

    var subject: String { "flow shop, \(jobs.count) jobs on two machines" }

    /// The jobs that are left in a state, and the lag.
    func reading(_ state: Int) -> (left: Int, lag: Int) {
        let (left, lag) = state.quotientAndRemainder(dividingBy: longestLag + 1)
        return (left, lag)
    }

    /// The lag when a job has gone through the first machine.
    func lag(after job: Int, from lag: Int) -> Int { max(lag - jobs[job].first, 0) + jobs[job].second }

    var process: DecisionProcess {
        DecisionProcess(
            stateCount: stateCount,
            actionCount: jobs.count,
            mask: { UInt64(reading($0).left) },
            outcomes: { state, job in
                let (left, lag) = reading(state)
                let rest = left & ~(1 << job)
                let after = self.lag(after: job, from: lag)
                let reward = -Double(jobs[job].first + (rest == 0 ? after : 0))
                // Sets of jobs with a lag that they cannot have lead somewhere, too.
                let next = rest * (longestLag + 1) + min(longestLag, after)
                return [.init(probability: 1, reward: reward, next: rest == 0 ? nil : next)]
            }
        )
    }

    /// The time of the first machine: that of the jobs that are done.
    func time(_ state: Int) -> Int {
        let left = reading(state).left
        return jobs.indices.reduce(0) { $0 + (left >> $1 & 1 == 0 ? jobs[$1].first : 0) }
    }

    func dueDate(of job: Int) -> Double { tightness * Double(jobs[job].total) }
}
