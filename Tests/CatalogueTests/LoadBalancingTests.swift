import Foundation
import OperationsScenarios
import Testing
import shardq

@Suite("Load balancing")
struct LoadBalancingTests {
    @Test("two equal servers have the optimum −366.963746, and the shortest queue is it")
    func equalServers() throws {
        let facts = try ProcessFacts("balance")
        #expect((facts.optimum + 366.963746).magnitude < 5e-7)
        #expect((try #require(facts.exact["jsq"]) - facts.optimum).magnitude < 1e-6)
        for first in 0..<12 {
            for second in 0..<12 where first != second {
                #expect(facts.policy[first * 13 + second] == (first < second ? 0 : 1))
            }
        }
    }

    @Test("two unequal servers have the optimum −360.921211 and a curve that only rises")
    func unequalServers() throws {
        let facts = try ProcessFacts("balance", ["--service-rates", "0.6,0.4"])
        #expect((facts.optimum + 360.921211).magnitude < 5e-7)
        let curve = (0...12).map { first in (0...12).first { facts.policy[first * 13 + $0] == 0 } }
        #expect(curve == [0, 1, 2, 3, 3, 4, 5, 5, 6, 7, 7, 8, 12])
        #expect(facts.exact.values.allSatisfy { $0 <= facts.optimum + 1e-9 })
    }

    @Test("three equal servers have the shortest queue as optimum")
    func threeServers() throws {
        let facts = try ProcessFacts("balance", ["--service-rates", "0.4,0.4,0.4", "--capacity", "5"])
        #expect((try #require(facts.exact["jsq"]) - facts.optimum).magnitude < 1e-6)
        #expect((try #require(facts.exact["round-robin"])) < facts.optimum - 1)
    }

    /// The mean latency and the mean number that requests find, over many requests of one seed.
    private static func measure(
        _ requests: RequestStream,
        rates: [Double],
        count: Int = 400_000,
        choose: (_ queues: [Int], _ work: [Double]) -> Int
    ) -> (latency: Double, found: Double, end: Double) {
        var requests = requests
        var farm = ServerFarm(rates: rates, capacity: nil)
        var (latency, found) = (0.0, 0)
        for _ in 0..<count {
            let work = requests.next()
            let queues = farm.queues(at: requests.now)
            found += queues.reduce(0, +)
            latency += farm.send(work: work, to: choose(queues, farm.workLeft(at: requests.now)), at: requests.now) ?? 0
        }
        return (latency / Double(count), Double(found) / Double(count), requests.now)
    }

    private static func isNear(_ value: Double, _ expected: Double, within share: Double) -> Bool {
        (value / expected - 1).magnitude < share
    }

    @Test("M/M/1 has the mean latency 1 / (μ − λ), and Little's law holds")
    func singleServer() {
        let run = Self.measure(RequestStream(rate: 0.7, seed: 1), rates: [1]) { _, _ in 0 }
        #expect(Self.isNear(run.latency, 1 / 0.3, within: 0.03), "\(run)")
        // Poisson arrivals see time averages: what they find is L, and L = λ W.
        #expect(Self.isNear(run.found, 0.7 * run.latency, within: 0.02), "\(run)")
        #expect(Self.isNear(400_000 / run.end, 0.7, within: 0.01), "\(run)")
    }

    @Test("M/D/1 waits half as long as M/M/1 (Pollaczek and Khinchine)")
    func deterministicWork() {
        let requests = RequestStream(rate: 0.7, work: .deterministic, seed: 1)
        let run = Self.measure(requests, rates: [1]) { _, _ in 0 }
        #expect(Self.isNear(run.latency, 1 + 0.7 / (2 * 0.3), within: 0.02), "\(run)")
    }

    @Test("least work left is M/M/c: Erlang's waiting probability gives its mean latency")
    func manyServers() {
        // Three servers at ρ = 0.8.
        let (rate, servers) = (2.4, 3)
        var (term, sum) = (1.0, 1.0)
        for k in 1..<servers {
            term *= rate / Double(k)
            sum += term
        }
        let last = term * rate / Double(servers) / (1 - 0.8)
        let expected = 1 + last / (sum + last) / (Double(servers) - rate)
        let run = Self.measure(RequestStream(rate: rate, seed: 1), rates: [1, 1, 1]) { _, work in
            work.indices.min { work[$0] < work[$1] } ?? 0
        }
        #expect(Self.isNear(run.latency, expected, within: 0.03), "\(run), \(expected)")
    }

    @Test("the shortest queue lies between one common queue and queues of their own, and is what the chain says")
    func shortestQueue() {
        let run = Self.measure(RequestStream(rate: 1.4, seed: 1), rates: [1, 1]) { queues, _ in
            queues[0] <= queues[1] ? 0 : 1
        }
        #expect(run.latency > 1 / (1 - 0.7 * 0.7))
        #expect(run.latency < 1 / (1 - 0.7))
        // The stationary distribution of the chain over (shorter or first, second), by its own iteration.
        let levels = 40
        var shares = Array(repeating: Array(repeating: 0.0, count: levels), count: levels)
        shares[0][0] = 1
        for _ in 0..<6_000 {
            var next = Array(repeating: Array(repeating: 0.0, count: levels), count: levels)
            for first in 0..<levels {
                for second in 0..<levels where shares[first][second] > 0 {
                    let share = shares[first][second] / 3.4
                    if first <= second {
                        next[min(first + 1, levels - 1)][second] += share * 1.4
                    } else {
                        next[first][min(second + 1, levels - 1)] += share * 1.4
                    }
                    next[max(0, first - 1)][second] += share
                    next[first][max(0, second - 1)] += share
                }
            }
            shares = next
        }
        let mean = (0..<levels).reduce(0.0) { sum, first in
            (0..<levels).reduce(sum) { $0 + Double(first + $1) * shares[first][$1] }
        }
        #expect(Self.isNear(run.latency, mean / 1.4, within: 0.03), "\(run), \(mean / 1.4)")
    }

    @Test("work has the mean 1 and arrivals come at their rate, whatever the distributions")
    func means() {
        for (work, share) in [(RequestStream.Work.exponential, 0.01), (.deterministic, 1e-12), (.pareto, 0.1)] {
            for arrivals in RequestStream.Arrivals.allCases {
                var requests = RequestStream(rate: 2, work: work, arrivals: arrivals, seed: 3)
                let total = (0..<300_000).reduce(0.0) { sum, _ in sum + requests.next() }
                #expect(Self.isNear(total / 300_000, 1, within: share), "\(work): \(total / 300_000)")
                #expect(Self.isNear(300_000 / requests.now, 2, within: 0.02), "\(arrivals)")
            }
        }
    }

    @Test("a full server turns requests away")
    func drops() {
        var farm = ServerFarm(rates: [1], capacity: 2)
        #expect(farm.send(work: 2, to: 0, at: 0) == 2)
        #expect(farm.send(work: 1, to: 0, at: 0) == 3)
        #expect(farm.send(work: 1, to: 0, at: 0) == nil)
        #expect(farm.queues(at: 2) == [1])
        #expect(farm.send(work: 1, to: 0, at: 2) == 2)
        #expect(farm.busyTimes == [4])
    }

    @Test("servers that hardly ever break down are those that never do, and who sees that they have loses least")
    func breakdowns() throws {
        let whole = try ProcessFacts("balance", ["--capacity", "6"])
        let rare = try ProcessFacts("balance", ["--capacity", "6", "--breakdowns", "0.000001,0.000001"])
        #expect((rare.optimum / whole.optimum - 1).magnitude < 0.005)
        let unequal = ["--capacity", "6", "--breakdowns", "0.01,0.05", "--service-rates", "0.8,0.5"]
        let facts = try ProcessFacts("balance", unequal)
        #expect(facts.exact.values.allSatisfy { $0 <= facts.optimum + 1e-9 })
        let healthy = try #require(facts.exact["expected-delay-healthy"])
        #expect(healthy > (try #require(facts.exact["jsq"])))
    }

    @Test("a server that breaks down and fails has the latency of M/M/1 with breakdowns (White and Christie)")
    func singleServerWithBreakdowns() {
        let (rate, fails, comes) = (0.4, 0.05, 0.2)
        let breakdowns = Breakdowns(failureRate: fails, repairRate: comes)
        var requests = RequestStream(rate: rate, seed: 1)
        var farm = ServerFarm(rates: [1], capacity: nil, breakdowns: breakdowns, seed: 1)
        var total = 0.0
        for _ in 0..<400_000 {
            let work = requests.next()
            _ = farm.queues(at: requests.now)
            total += farm.send(work: work, to: 0, at: requests.now) ?? 0
        }
        // L = ((ρ (f + r)² + f λ) / (f + r)) / (r − ρ (f + r)), with ρ = λ / μ; preemptive-resume.
        let sum = fails + comes
        let length = (rate * sum * sum + fails * rate) / sum / (comes - rate * sum)
        #expect(Self.isNear(total / 400_000, length / rate, within: 0.04), "\(total / 400_000), \(length / rate)")
    }

    @Test("a report that is late says how it was, and one that is always made how it is")
    func lateReports() {
        var farm = ServerFarm(rates: [1, 1], capacity: nil)
        var (late, now) = (LoadView(every: 10), LoadView(every: 0))
        for instant in [0.5, 1, 1.5] {
            late.renew(of: &farm, at: instant)
            now.renew(of: &farm, at: instant)
            _ = farm.send(work: 20, to: 0, at: instant)
        }
        #expect(now.queues == [2, 0])
        #expect(late.queues == [0, 0])
        late.renew(of: &farm, at: 12)
        #expect(late.queues == [3, 0])
        #expect(late.workLeft[0] == 50.5)
    }

    @Test("recorded requests come when they came, and a file that is none is refused with its line")
    func recording() throws {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("requests-\(UUID().uuidString).csv")
        defer { try? FileManager.default.removeItem(at: file) }
        func read(_ text: String) throws -> RecordedRequests {
            try Data(text.utf8).write(to: file)
            return try RecordedRequests(file: file.path)
        }
        let lines = (0..<120).map { "\($0 / 2),\(1 + $0 % 3)" }
        let recording = try read("# instant,work\n" + lines.joined(separator: "\n"))
        var stream = RequestStream(rate: 9, work: .exponential, arrivals: .poisson, recording: recording, seed: 1)
        #expect((0..<3).map { _ in stream.next() } == [1, 2, 3])
        #expect(stream.now == 1)
        for (text, line) in [
            ("5\n4\n", "line 2"), ("1,2\n3\n", "line 2"), ("1,0\n", "line 1"), ("-1\n", "line 1"), ("x\n", "line 1"),
            ("1\n2\n", "2 requests"), ("1,2,3\n", "line 1"),
        ] {
            #expect { try read(text) } throws: { "\($0)".contains(line) }
        }
    }

    @Test(
        "is learned within 1 % of the optimum",
        arguments: [
            [], ["--service-rates", "0.6,0.4"], ["--service-rates", "0.8,0.5", "--breakdowns", "0.01,0.05"],
        ]
    )
    func learned(options: [String]) throws {
        #expect(try ProcessFacts("balance", options).learnedGap(seed: 1) < 0.01)
    }
}
