internal import Scenarios
internal import Testing

@Suite("The traffic simulation agrees with queueing theory")
struct QueueingTheoryTests {
    /// Webster 1958: uniform delay, random delay and the correction term, seconds per vehicle.
    private static func websterDelay(cycle: Double, green: Double, saturation: Double, flow: Double) -> Double {
        let share = green / cycle
        let x = flow / (share * saturation)
        let uniform = cycle * (1 - share) * (1 - share) / (2 * (1 - share * x))
        let random = x * x / (2 * flow * (1 - x))
        // The cube root of C / q² and x to the power 2 + 5 g/C, by bisection and by repeated squaring of exponents.
        let correction = 0.65 * power(cycle / (flow * flow), 1 / 3) * power(x, 2 + 5 * share)
        return uniform + random - correction
    }

    /// x to the power y for x > 0: the exponent in binary digits, each digit one square root further.
    private static func power(_ x: Double, _ y: Double) -> Double {
        var result = 1.0
        for _ in 0..<Int(y) { result *= x }
        var root = x
        var rest = y - Double(Int(y))
        for _ in 0..<50 {
            root = root.squareRoot()
            rest *= 2
            if rest >= 1 {
                result *= root
                rest -= 1
            }
        }
        return result
    }

    @Test("Equal headways give the uniform delay within 0.5%", arguments: [0.3, 0.6, 0.9])
    func uniformDelay(x: Double) throws {
        // Ten minutes, so that whole vehicles come near to the continuous flow of the formula; the flow is a little off
        // the round number, so that arrivals drift through the cycle.
        let flow = x * 900.123
        var run = try CrossingRun(flow: flow, greens: [300, 300], arrivals: .uniform)
        let delay = run.delay(cycles: 4000, warmUp: 10)
        let expected = 600 * 0.25 / (2 * (1 - 0.5 * flow / 900))
        #expect((delay / expected - 1).magnitude < 0.005, "\(delay) s, expected \(expected) s")
    }

    @Test(
        "Poisson arrivals give Webster's delay within 5%",
        arguments: [(60, 30), (90, 30), (90, 60)],
        [0.3, 0.5, 0.7, 0.85, 0.95]
    )
    func websterDelay(signal: (cycle: Int, green: Int), x: Double) throws {
        let flow = x * 1800 * Double(signal.green) / Double(signal.cycle)
        var run = try CrossingRun(flow: flow, greens: [signal.green, signal.cycle - signal.green], seed: 7)
        let delay = run.delay(cycles: x > 0.9 ? 100_000 : 20_000, warmUp: 200)
        let expected = Self.websterDelay(
            cycle: Double(signal.cycle),
            green: Double(signal.green),
            saturation: 0.5,
            flow: flow / 3600
        )
        #expect((delay / expected - 1).magnitude < 0.05, "\(delay) s, expected \(expected) s")
    }

    @Test("A saturated movement discharges the saturation flow times the effective green")
    func capacity() throws {
        // 29 s of green, 2 of them lost, and 1 s of yellow: 28 s at a vehicle every 2 s.
        var run = try CrossingRun(flow: 3000, greens: [29, 20], timing: SignalTiming())
        run.run(cycles: 50)
        let before = run.simulation.counters.left
        run.run(cycles: 1000)
        #expect(run.simulation.counters.left - before == 14_000)
    }

    @Test("A saturation flow that does not divide the hour is kept on average")
    func fractionalSaturationFlow() throws {
        var run = try CrossingRun(flow: 3000, greens: [3600, 1], saturationFlow: 1900)
        run.run(cycles: 2)
        let before = run.simulation.counters.left
        run.run(cycles: 10)
        #expect(run.simulation.counters.left - before == 19_000)
    }

    @Test("Above capacity the queue grows by the difference of demand and capacity")
    func overload() throws {
        var run = try CrossingRun(flow: 1080, greens: [30, 30], arrivals: .uniform)
        run.run(cycles: 5)
        let before = run.simulation.queue(ofMovement: 0)
        run.run(cycles: 50)
        // 18 vehicles come in a cycle, 15 go.
        #expect(run.simulation.queue(ofMovement: 0) - before == 150)
    }

    @Test("The vehicle-seconds inside are the sum of the times from entry to departure (Little's law)")
    func littlesLaw() throws {
        var run = try CrossingRun(flow: 700, greens: [30, 30])
        var entries: [Int] = []
        var times = 0
        var departed = 0
        for second in 0..<20_000 {
            let signal = run.simulation
            if signal.stageTime(of: 0) >= 30 { run.simulation.request(phase: 1 - signal.phase(of: 0), at: 0) }
            run.simulation.advance(seconds: 1)
            while entries.count < run.simulation.counters.entered { entries.append(second) }
            while departed < run.simulation.counters.left {
                times += second - entries[departed]
                departed += 1
            }
        }
        let unfinished = entries[departed...].reduce(0) { $0 + 20_000 - $1 }
        #expect(departed > 3000)
        #expect(run.simulation.counters.inside == times + unfinished)
    }

    @Test("Poisson and binomial arrivals have the flow that was asked for", arguments: TrafficDemand.Arrivals.allCases)
    func flows(arrivals: TrafficDemand.Arrivals) throws {
        var run = try CrossingRun(flow: 720, greens: [40, 20], arrivals: arrivals)
        run.run(cycles: 5000)
        // 60,000 vehicles; four standard deviations of a Poisson count are 980.
        #expect((run.simulation.counters.demanded - 60_000).magnitude < 980)
    }
}
