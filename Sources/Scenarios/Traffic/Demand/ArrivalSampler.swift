internal import TabularLearning

/// A demand made ready for drawing: what arrives at an entry in a second depends on its key and the second alone.
struct ArrivalSampler: Sendable {
    private enum Law: Sendable {
        case poisson(Poisson)
        case binomial(threshold: UInt64)
        case uniform(perSecond: Double)
        case platooned(Platoon)
    }

    /// Poisson arrivals that are dense at the beginning of each cycle; each entry's cycle begins at a time of its own.
    private struct Platoon: Sendable {
        let inside: Poisson
        let outside: Poisson
        let cycle: Int
        let length: Int

        func sample(key: UInt64, second: Int, _ generator: inout SplitMix64) -> Int {
            let offset = Int(truncatingIfNeeded: SplitMix64.mix(~key) &>> 32) % cycle
            let isInside = (second + offset) % cycle < length
            return isInside ? inside.sample(&generator) : outside.sample(&generator)
        }
    }

    private let ends: [Int]
    /// By period, then by class of entries.
    private let laws: [Law]
    /// By period, then by class of entries: nobody comes in a second whose upper 53 random bits are below.
    private let quietBelow: [UInt64]
    /// The number of classes of entries: the axes, or every entry for itself.
    private let classCount: Int
    /// By entry.
    private let classes: [Int]

    init(_ demand: TrafficDemand, entryAxes: [RoadNetwork.Axis]) {
        var end = 0
        ends = demand.periods.map {
            end += $0.seconds
            return end
        }
        let isByAxis = demand.periods.allSatisfy(\.entries.isEmpty)
        classes = entryAxes.indices.map { isByAxis ? entryAxes[$0].rawValue : $0 }
        classCount = isByAxis ? RoadNetwork.Axis.allCases.count : entryAxes.count
        let axes = isByAxis ? RoadNetwork.Axis.allCases : entryAxes
        let laws = demand.periods.flatMap { period in
            axes.enumerated().map { entry, axis in Self.law(demand, flow: period.flow(ofEntry: entry, axis)) }
        }
        self.laws = laws
        quietBelow = laws.map(Self.quietBelow)
    }

    private static func law(_ demand: TrafficDemand, flow: Double) -> Law {
        let perSecond = flow / 3600
        switch demand.arrivals {
        case .poisson: return .poisson(Poisson(mean: perSecond))
        case .binomial: return .binomial(threshold: perSecond >= 1 ? .max : UInt64(perSecond * 0x1p64))
        case .uniform: return .uniform(perSecond: perSecond)
        case .platooned:
            let platoons = demand.platoons
            return .platooned(
                Platoon(
                    inside: Poisson(mean: perSecond * platoons.density),
                    outside: Poisson(mean: perSecond * platoons.restDensity),
                    cycle: platoons.cycle,
                    length: platoons.length
                )
            )
        }
    }

    /// The probability of nobody as the 53 bits that a `Double` is drawn from; 0 where that has to be looked at.
    private static func quietBelow(_ law: Law) -> UInt64 {
        guard case .poisson(let poisson) = law else { return 0 }
        return UInt64((exponential(-poisson.mean) * 0x1p53).rounded(.up))
    }

    /// The period of a second of an episode.
    func period(at second: Int) -> Int {
        if ends.count == 1 { return 0 }
        let second = second % ends[ends.count - 1]
        var period = 0
        while second >= ends[period] { period += 1 }
        return period
    }

    /// 1 where nobody arrives at an entry in one second and one comparison tells, else 0; `sample` then says nobody.
    ///
    /// A number and not a truth value: it is looked at for all entries together, without a branch for each.
    @inline(__always)
    func quiet(firstClass: Int, entry: Int, key: UInt64, second: UInt64) -> UInt64 {
        let random = SplitMix64.mix(key &+ SplitMix64.increment &* (second &+ 1))
        // Both are below 2⁵⁴, so the sign of their difference says which is less.
        return (random &>> 11 &- quietBelow[firstClass &+ classes[entry]]) &>> 63
    }

    /// Where a period's classes of entries begin.
    func firstClass(ofPeriod period: Int) -> Int { period * classCount }

    /// Draws the vehicles that arrive at an entry in one second.
    func sample(period: Int, entry: Int, key: UInt64, second: Int) -> Int {
        var generator = SplitMix64(state: key &+ SplitMix64.increment &* UInt64(second))
        switch laws[period * classCount + classes[entry]] {
        case .poisson(let poisson):
            return poisson.sample(&generator)
        case .binomial(let threshold):
            return generator.next() < threshold ? 1 : 0
        case .uniform(let perSecond):
            return Int(Double(second + 1) * perSecond) - Int(Double(second) * perSecond)
        case .platooned(let platoon):
            return platoon.sample(key: key, second: second, &generator)
        }
    }
}
