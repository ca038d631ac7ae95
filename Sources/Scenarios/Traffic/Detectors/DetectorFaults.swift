internal import Suggestions
internal import TabularLearning

/// Which detectors are broken, and how: drawn, never looked up, so that every controller meets the same ones.
///
/// A detector belongs to a phase of a junction, as those of a cabinet do: it counts the vehicles of all movements that the
/// phase serves. Raising a share breaks more of them and mends none, as long as one kind is named.
public struct DetectorFaults: Sendable, Hashable {
    /// What a detector does instead of counting.
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        /// It says nothing.
        case missing
        /// From some second of the first quarter of an hour on it repeats what it said then.
        case stuck
        /// It says half to one and a half times what is there, drawn for each reading; somebody is never nobody.
        case miscount
    }

    /// By kind in the order of `Kind.allCases`: the share of detectors that are broken in this way.
    public let shares: [Double]
    /// Where the draws begin.
    public let seed: UInt64

    /// A stuck detector does so within these first seconds.
    static let latestBreak = 900

    /// Reads `missing=0.1,stuck=0.05`.
    ///
    /// - Parameters:
    ///   - text: Kinds with their shares, each kind once, together at most 1.
    ///   - seed: Where the draws begin.
    /// - Throws: `ScenarioError` that names the part that is none.
    public init(_ text: String, seed: UInt64 = 1) throws(ScenarioError) {
        var shares: [Kind: Double] = [:]
        for word in text.split(separator: ",", omittingEmptySubsequences: false) {
            let sides = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map { String($0) }
            let name = sides.first ?? ""
            guard let kind = Kind(rawValue: name) else {
                throw ScenarioError(Spelling.unknown("fault", name, among: Kind.allCases.map(\.rawValue)))
            }
            guard shares[kind] == nil else { throw ScenarioError("\(name) is there twice") }
            guard sides.count == 2 else { throw ScenarioError("\(name) needs a share, as in \(name)=0.1") }
            guard let share = Double(sides[1]), (0...1).contains(share) else {
                throw ScenarioError("the share \(sides[1]) of \(name) is not within 0...1")
            }
            shares[kind] = share
        }
        self.shares = Kind.allCases.map { shares[$0] ?? 0 }
        self.seed = seed
        let sum = self.shares.reduce(0, +)
        guard sum <= 1 + 1e-9 else { throw ScenarioError("the shares add up to \(sum), above 1") }
    }

    /// The shares as they are typed.
    public var text: String {
        zip(Kind.allCases, shares).filter { $1 > 0 }.map { "\($0.rawValue)=\($1)" }.joined(separator: ",")
    }

    /// How a detector is broken, and since when.
    package struct Fault: Sendable, Hashable {
        package let kind: Kind
        /// The second from which a stuck one repeats itself.
        package let second: Int
    }

    /// Draws what is wrong with a detector in a run.
    ///
    /// - Parameters:
    ///   - detector: The junction's number and the phase's.
    ///   - run: The run's seed.
    /// - Returns: `nil` for one that works.
    package func fault(of detector: (junction: Int, phase: Int), run: UInt64) -> Fault? {
        var random = generator(detector, run: run, second: 0)
        var draw = Self.unit(random.next())
        let second = Int(Self.unit(random.next()) * Double(Self.latestBreak))
        for (kind, share) in zip(Kind.allCases, shares) {
            if draw < share { return Fault(kind: kind, second: second) }
            draw -= share
        }
        return nil
    }

    /// The factor of a reading that is miscounted.
    func factor(of detector: (junction: Int, phase: Int), run: UInt64, second: Int) -> Double {
        var random = generator(detector, run: run, second: second + 1)
        return 0.5 + Self.unit(random.next())
    }

    private func generator(_ detector: (junction: Int, phase: Int), run: UInt64, second: Int) -> SplitMix64 {
        let number = detector.junction * IntersectionView.maximumPhaseCount + detector.phase
        let key = SplitMix64.mix(seed &+ SplitMix64.mix(run))
        return CounterBasedRandom(seed: key, stream: .detectors).generator(lane: UInt64(number), step: UInt64(second))
    }

    private static func unit(_ bits: UInt64) -> Double { Double(bits >> 11) * 0x1p-53 }
}

extension CounterBasedRandom.Stream {
    /// Which detectors are broken, and what they say.
    static let detectors = Self(rawValue: 7)
}

/// What became of the detectors of one run.
public struct DetectorTally: Sendable, Hashable {
    /// Detectors of the junctions at which anybody looked.
    public var detectors = 0
    /// Those that are broken, by kind in the order of `DetectorFaults.Kind.allCases`.
    public var broken = DetectorFaults.Kind.allCases.map { _ in 0 }
    /// Seconds, summed over the junctions, in which a phase could be chosen.
    public var seconds = 0
    /// Those in which the fixed plan did, because a detector was seen to be broken.
    public var secondsOnPlan = 0

    /// Counts of zero.
    public init() {}

    /// The share of the detectors that are broken.
    public var brokenShare: Double { Double(broken.reduce(0, +)) / Double(max(1, detectors)) }
    /// The share of the seconds in which the plan chose.
    public var planShare: Double { Double(secondsOnPlan) / Double(max(1, seconds)) }
}
