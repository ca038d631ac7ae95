import TabularLearning
import Testing

@Suite("Counter-based random numbers")
struct RandomTests {
    @Test("SplitMix64 gives the published sequence of seed 1234567")
    func splitMixVectors() {
        var generator = SplitMix64(state: 1_234_567)
        let expected: [UInt64] = [
            6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423,
            4_593_380_528_125_082_431, 16_408_922_859_458_223_821,
        ]
        #expect((0..<5).map { _ in generator.next() } == expected)
    }

    @Test("a value is found without drawing those before it")
    func randomAccess() {
        let random = CounterBasedRandom(seed: 7, stream: .exploration)
        var sequence = SplitMix64(state: random.laneKey(3))
        let drawn = (0..<100).map { _ in sequence.next() }
        #expect(drawn == (0..<100).map { random.value(lane: 3, step: UInt64($0)) })
    }

    @Test("seeds, streams, lanes and steps give different values")
    func independence() {
        var seen: Set<UInt64> = []
        for seed in 0..<4 as Range<UInt64> {
            for stream in [CounterBasedRandom.Stream.exploration, .start, .dynamics] {
                let random = CounterBasedRandom(seed: seed, stream: stream)
                for lane in 0..<20 as Range<UInt64> {
                    for step in 0..<20 as Range<UInt64> { seen.insert(random.value(lane: lane, step: step)) }
                }
            }
        }
        #expect(seen.count == 4 * 3 * 20 * 20)
    }

    @Test("an index below a bound is uniform")
    func uniformIndex() {
        var generator = SplitMix64(state: 42)
        var counts = [Int](repeating: 0, count: 6)
        for _ in 0..<60_000 { counts[generator.nextIndex(below: 6)] += 1 }
        let chiSquare = counts.reduce(0.0) {
            $0 + ($1 == 0 ? .infinity : Double(($1 - 10_000) * ($1 - 10_000)) / 10_000)
        }
        #expect(chiSquare < 20.5)  // 99.9 % quantile with five degrees of freedom
    }

    @Test(
        "the exponential function agrees with known values",
        arguments: [
            (0.0, 1.0), (1.0, 2.718281828459045), (-1.0, 0.36787944117144233), (-20.0, 2.061153622438558e-09),
            (10.0, 22026.465794806718),
        ]
    )
    func exponentialValues(x: Double, expected: Double) {
        #expect(abs(exponential(x) - expected) <= expected * 1e-13)
        #expect(exponential(-.infinity) == 0 && exponential(.infinity) == .infinity && exponential(.nan).isNaN)
    }

    @Test("Poisson samples have the mean and variance of their distribution", arguments: [0.05, 0.5, 3.0, 40.0])
    func poissonMoments(mean: Double) {
        let distribution = Poisson(mean: mean)
        var generator = SplitMix64(state: 99)
        let count = 200_000
        let samples = (0..<count).map { _ in Double(distribution.sample(&generator)) }
        let average = samples.reduce(0, +) / Double(count)
        let variance = samples.reduce(0) { $0 + ($1 - average) * ($1 - average) } / Double(count)
        #expect(abs(average - mean) < 5 * (mean / Double(count)).squareRoot())
        #expect(abs(variance - mean) < 0.03 * mean + 0.002)
    }

    @Test("a Poisson distribution of mean zero has no events")
    func poissonZero() {
        var generator = SplitMix64(state: 5)
        let distribution = Poisson(mean: 0)
        #expect((0..<1000).allSatisfy { _ in distribution.sample(&generator) == 0 })
    }
}
