/// What has been decided of a job shop so far: how far each job is, and when jobs and machines are free.
///
/// Instants count from the first one at which anything that is left could begin; what lies before it, and what is free
/// by then, no longer makes a difference.
struct ShopFloor: Hashable, Sendable {
    /// By job its scheduled operations, by job and by machine when it is free, and the end of all that is scheduled.
    private var numbers: [UInt16]
    private let jobCount: Int

    /// Nothing is scheduled.
    init(jobCount: Int, machineCount: Int) {
        self.jobCount = jobCount
        numbers = Array(repeating: 0, count: 2 * jobCount + machineCount + 1)
    }

    /// The operations of a job that are scheduled.
    func done(_ job: Int) -> Int { Int(numbers[job]) }

    /// When everything that is scheduled is done.
    var end: Int { Int(numbers[numbers.count - 1]) }

    private func machineIndex(_ machine: Int) -> Int { 2 * jobCount + machine }

    /// The next operation of a job; `nil` when it has none.
    func next(_ job: Int, of jobs: [[JobShopScenario.Operation]]) -> JobShopScenario.Operation? {
        done(job) < jobs[job].count ? jobs[job][done(job)] : nil
    }

    /// When a job's next operation could begin.
    func start(_ job: Int, on machine: Int) -> Int {
        Int(max(numbers[jobCount + job], numbers[machineIndex(machine)]))
    }

    /// What is to be decided: the machine on which an operation could be completed first, and the jobs whose next
    /// operations could begin on it before that.
    ///
    /// One of these goes first in every active schedule, and some active schedule is optimal. Source: Giffler and
    /// Thompson, *Algorithms for Solving Production-Scheduling Problems*, Operations Research 8(4), 1960.
    ///
    /// - Returns: `nil` when everything is scheduled.
    func conflict(of jobs: [[JobShopScenario.Operation]]) -> (machine: Int, jobs: [Int])? {
        var first: (end: Int, job: Int, machine: Int)?
        for job in 0..<jobCount {
            guard let next = next(job, of: jobs) else { continue }
            let end = start(job, on: next.machine) + next.time
            if first.map({ end < $0.end }) ?? true { first = (end, job, next.machine) }
        }
        guard let first else { return nil }
        let rivals = (0..<jobCount).filter { job in
            guard let next = next(job, of: jobs), next.machine == first.machine else { return false }
            return job == first.job || start(job, on: next.machine) < first.end
        }
        return (first.machine, rivals)
    }

    /// Schedules a job's next operation as early as it can be.
    mutating func schedule(_ job: Int, of jobs: [[JobShopScenario.Operation]]) {
        let operation = jobs[job][done(job)]
        let end = UInt16(start(job, on: operation.machine) + operation.time)
        numbers[job] += 1
        numbers[jobCount + job] = end
        numbers[machineIndex(operation.machine)] = end
        numbers[numbers.count - 1] = max(numbers[numbers.count - 1], end)
    }

    /// Lets the time go on to where anything that is left could begin, and forgets what no longer makes a difference.
    ///
    /// - Returns: The time that has passed; with nothing left the time to the end.
    mutating func moveOn(_ jobs: [[JobShopScenario.Operation]]) -> Int {
        let starts = (0..<jobCount).compactMap { job in next(job, of: jobs).map { start(job, on: $0.machine) } }
        guard let now = starts.min() else { return end }
        var isNeeded = Array(repeating: false, count: numbers.count - 2 * jobCount - 1)
        for job in 0..<jobCount {
            for operation in jobs[job][done(job)...] { isNeeded[operation.machine] = true }
            let isDone = done(job) == jobs[job].count
            numbers[jobCount + job] = isDone ? 0 : Self.left(numbers[jobCount + job], after: now)
        }
        for machine in isNeeded.indices {
            let index = machineIndex(machine)
            numbers[index] = isNeeded[machine] ? Self.left(numbers[index], after: now) : 0
        }
        numbers[numbers.count - 1] = Self.left(numbers[numbers.count - 1], after: now)
        return now
    }

    private static func left(_ instant: UInt16, after now: Int) -> UInt16 { UInt16(max(0, Int(instant) - now)) }
}
