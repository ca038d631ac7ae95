internal import DecisionProcesses
internal import Synchronization

/// All partial schedules that active schedules of a job shop lead through, and what each decision leads to.
struct PartialSchedules: Sendable {
    /// What scheduling a job leads to.
    struct Step: Sendable {
        let job: Int
        /// The time that passes until anything else could begin, or at the end until all is done.
        let time: Int
        /// `nil` when everything is scheduled.
        let next: Int?
    }

    let floors: [ShopFloor]
    let steps: [[Step]]
    /// By state the time that passes before it, on the way by which it was found first.
    let clocks: [Int]
    let process: DecisionProcess

    /// Those of a job shop; `nil` where there are more than `JobShopScenario.mostStates`.
    ///
    /// A problem is asked for them again and again; the latest ones are kept.
    static func of(_ jobs: [[JobShopScenario.Operation]]) -> Self? {
        kept.withLock { kept in
            if let known = kept[jobs] { return known.schedules }
            if kept.count >= 4 { kept = [:] }
            let schedules = Self(jobs)
            kept[jobs] = Kept(schedules: schedules)
            return schedules
        }
    }

    private struct Kept {
        let schedules: PartialSchedules?
    }

    private static let kept = Mutex<[[[JobShopScenario.Operation]]: Kept]>([:])

    private init?(_ jobs: [[JobShopScenario.Operation]]) {
        var floors = [ShopFloor(jobCount: jobs.count, machineCount: jobs.first?.count ?? 0)]
        var (steps, clocks) = ([[Step]](), [0])
        // Every decision schedules one operation more, so that equal ones are found among those of one length.
        var (found, isLast) = ([ShopFloor: Int](), 1)
        var state = 0
        while state < floors.count {
            if state == isLast { (found, isLast) = ([:], floors.count) }
            var decisions: [Step] = []
            for job in floors[state].conflict(of: jobs)?.jobs ?? [] {
                var floor = floors[state]
                floor.schedule(job, of: jobs)
                let time = floor.moveOn(jobs)
                guard floor.conflict(of: jobs) != nil else {
                    decisions.append(Step(job: job, time: time, next: nil))
                    continue
                }
                let next = found[floor] ?? floors.count
                if next == floors.count {
                    guard floors.count < JobShopScenario.mostStates else { return nil }
                    found[floor] = next
                    floors.append(floor)
                    clocks.append(clocks[state] + time)
                }
                decisions.append(Step(job: job, time: time, next: next))
            }
            steps.append(decisions)
            state += 1
        }
        (self.floors, self.steps, self.clocks) = (floors, steps, clocks)
        process = DecisionProcess(
            stateCount: steps.count,
            actionCount: jobs.count,
            mask: { steps[$0].reduce(0) { $0 | 1 << UInt64($1.job) } },
            outcomes: { state, job in
                steps[state].filter { $0.job == job }
                    .map { .init(probability: 1, reward: -Double($0.time), next: $0.next) }
            }
        )
    }

    /// The decisions of a way through, from the beginning on, each with the instant from which its state counts.
    func course(_ job: (_ state: Int, _ clock: Int) -> Int) -> [(state: Int, clock: Int, job: Int)] {
        var course: [(state: Int, clock: Int, job: Int)] = []
        var (state, clock) = (Optional(0), 0)
        while let now = state {
            let chosen = job(now, clock)
            course.append((now, clock, chosen))
            guard let step = steps[now].first(where: { $0.job == chosen }) else { break }
            clock += step.time
            state = step.next
        }
        return course
    }
}
