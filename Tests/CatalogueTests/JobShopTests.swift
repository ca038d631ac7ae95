import Foundation
import Testing
import shardq

@Suite("Job shop")
struct JobShopTests {
    @Test("Fisher and Thompson's six jobs on six machines have the makespan 55, and no rule is shorter")
    func optimum() throws {
        let facts = try ProcessFacts("jobshop")
        #expect(facts.optimum == -55)
        #expect(facts.exact.values.allSatisfy { $0 <= -55 })
        for name in ["spt", "mwkr", "mopnr", "fifo", "edd", "cr", "atc", "optimum"] {
            // One schedule, which is the same by computation and by simulation.
            #expect(facts.simulated(name, seed: 1)["makespan"] == facts.exact[name].map { -$0 }, "\(name)")
        }
    }

    @Test("jobs that were drawn have the shortest makespan of all orders on all machines", arguments: 1...6)
    func drawnJobs(seed: UInt64) throws {
        var random = Drawn(state: seed)
        let jobs = (0..<3).map { _ in
            random.order(of: 3).map { (machine: $0, time: random.next(below: 9)) }
        }
        let facts = try Self.facts(Self.text(jobs))
        let orders = Self.orders(of: [0, 1, 2])
        let makespans = orders.flatMap { first in
            orders.flatMap { second in orders.compactMap { Self.makespan(jobs, [first, second, $0]) } }
        }
        #expect(facts.optimum == makespans.min().map { -Double($0) })
    }

    @Test("one machine takes the work of all jobs, whoever is first")
    func oneMachine() throws {
        let facts = try Self.facts("3 1\n0 4\n0 2\n0 5\n")
        #expect(facts.exact.values.allSatisfy { $0 == -11 })
    }

    @Test("both forms of a file are one problem, and the file's upper bound is taken")
    func forms() throws {
        let standard = try Self.facts("2 2 # jobs, machines\n0 3 1 2\n1 4 0 1\n")
        let taillard = try Self.facts(
            "Nb of jobs, Nb of Machines, Time seed, Machine seed, Upper bound, Lower bound\n"
                + " 2 2 1 2 6 5\nTimes\n 3 2\n 4 1\nMachines\n 1 2\n 2 1\n"
        )
        #expect(standard.optimum == taillard.optimum)
        #expect(standard.exact == taillard.exact)
    }

    @Test(
        "a file that is no job shop is refused with its line",
        arguments: [
            ("", "line 1: there is nothing"),
            ("2\n", "line 1: the numbers of jobs"),
            ("2 2\n0 3 1 2\n", "line 2: the file ends"),
            ("2 2\n0 3 1 2\n1 4 0\n", "line 3: 3 numbers, not 4"),
            ("2 2\n0 3 1 2\n1 4 1 1\n", "line 3: machine 1 twice"),
            ("2 2\n0 3 2 2\n1 4 0 1\n", "line 2: machine 2: machines are 0 to 1"),
            ("2 2\n\n0 3 x 2\n1 4 0 1\n", "line 3: 'x' is no whole number"),
            ("2 2\n0 3 1 2\n1 4 0 -1\n", "line 3: a time of -1"),
            ("2 2\n0 3 1 2\n1 4 0 1\n2 2\n", "line 4: there is more"),
            ("200 2\n", "line 1: 200 jobs"),
            ("2 2 99999999999999999999 1\n", "line 1: '99999999999999999999' is no whole number"),
            ("2 2 1 2 6 5\nTimes\n3 2\n4 1\n1 2\n2 1\n", "line 5: a line Machines"),
            ("2 2 1 2 6 5\nTimes\n3 2\n4 1\nMachines\n1 2\n2 0\n", "line 7: machine 0: machines are 1 to 2"),
            ("2 2 1 2 6 5\nTimes\n3 2\n4 1\nMachines\n1 2\n", "line 6: the file ends"),
            ("2 2 1 2 3 5\nTimes\n3 2\n4 1\nMachines\n1 2\n2 1\n", "a best known makespan of 3 is below 6"),
        ]
    )
    func malformed(text: String, reason: String) throws {
        let error = try #require(throws: (any Error).self) { try Self.facts(text) }
        #expect("\(error)".contains(reason), "\(error)")
    }

    @Test("is learned exactly")
    func learned() throws {
        #expect(try ProcessFacts("jobshop").learnedGap(seed: 1) == 0)
    }

    private static func facts(_ text: String) throws -> ProcessFacts {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("shop-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: file) }
        try Data(text.utf8).write(to: file)
        return try ProcessFacts("jobshop", ["--jobs", file.path])
    }

    private static func text(_ jobs: [[(machine: Int, time: Int)]]) -> String {
        "\(jobs.count) \(jobs[0].count)\n"
            + jobs.map { $0.map { "\($0.machine) \($0.time)" }.joined(separator: " ") + "\n" }.joined()
    }

    private struct Drawn {
        var state: UInt64

        mutating func next(below bound: UInt64) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int((state >> 33) % bound)
        }

        mutating func order(of count: Int) -> [Int] {
            var rest = Array(0..<count)
            return (0..<count).map { _ in rest.remove(at: next(below: UInt64(rest.count))) }
        }
    }

    private static func orders(of jobs: [Int]) -> [[Int]] {
        jobs.isEmpty ? [[]] : jobs.flatMap { job in orders(of: jobs.filter { $0 != job }).map { [job] + $0 } }
    }

    /// The makespan when each machine takes the jobs in its order; `nil` where they wait for one another for ever.
    private static func makespan(_ jobs: [[(machine: Int, time: Int)]], _ orders: [[Int]]) -> Int? {
        var (done, jobFree) = (jobs.map { _ in 0 }, jobs.map { _ in 0 })
        var (taken, machineFree) = (orders.map { _ in 0 }, orders.map { _ in 0 })
        for _ in 0..<(jobs.count * orders.count) {
            let ready = orders.indices.first { machine in
                guard taken[machine] < jobs.count else { return false }
                let job = orders[machine][taken[machine]]
                return done[job] < jobs[job].count && jobs[job][done[job]].machine == machine
            }
            guard let machine = ready else { return nil }
            let job = orders[machine][taken[machine]]
            let end = max(jobFree[job], machineFree[machine]) + jobs[job][done[job]].time
            (jobFree[job], machineFree[machine]) = (end, end)
            done[job] += 1
            taken[machine] += 1
        }
        return machineFree.max()
    }
}
