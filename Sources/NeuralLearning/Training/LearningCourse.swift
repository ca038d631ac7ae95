internal import TabularLearning

/// How far a run has come, and by what way.
public struct LearningCourse: Sendable, Hashable {
    /// Environment steps taken.
    public internal(set) var stepsTaken: UInt64 = 0
    /// Updates made.
    public internal(set) var updateCount: UInt64 = 0
    /// Episodes that ended or were cut.
    public internal(set) var episodeCount: UInt64 = 0
    /// The returns of the last episodes, exploration included; at most 100.
    public internal(set) var recentReturns: [Double] = []
    /// What the policy was worth without exploration.
    public internal(set) var curve: [EvaluationPoint] = []

    /// Begins.
    init() {}

    /// The return of the best evaluation so far.
    public var bestReturn: Double? { curve.map(\.meanReturn).max() }

    /// Counts an episode.
    mutating func end(_ episodeReturn: Double) {
        episodeCount += 1
        recentReturns.append(episodeReturn)
        if recentReturns.count > 100 { recentReturns.removeFirst() }
    }

    /// Notes an evaluation.
    ///
    /// - Returns: Whether none was better.
    mutating func note(meanReturn: Double) -> Bool {
        let isBest = meanReturn >= bestReturn ?? -.infinity
        curve.append(EvaluationPoint(steps: stepsTaken, updates: updateCount, meanReturn: meanReturn))
        return isBest
    }

    /// Says that numbers are none any more.
    func failure(_ what: String) -> LearningFailure {
        LearningFailure(
            description:
                "after \(updateCount) updates a \(what) is no number any more: a smaller --step-size or --clip helps"
        )
    }

    func save(to writer: inout WordWriter) {
        for count in [stepsTaken, updateCount, episodeCount] { writer.write(count) }
        writer.write(recentReturns)
        writer.write(curve.flatMap { [$0.steps, $0.updates] })
        writer.write(curve.map(\.meanReturn))
    }

    static func restored(from words: [UInt32]) throws(WordReader.Failure) -> Self {
        var (reader, course) = (WordReader(words), Self())
        course.stepsTaken = try reader.long()
        (course.updateCount, course.episodeCount) = (try reader.long(), try reader.long())
        course.recentReturns = try reader.doubleArray()
        let (counts, returns) = (try reader.longArray(), try reader.doubleArray())
        try reader.finish()
        guard counts.count == 2 * returns.count, course.recentReturns.count <= 100 else {
            throw WordReader.Failure("the curve has \(counts.count) numbers for \(returns.count) points")
        }
        guard returns.allSatisfy(\.isFinite), course.recentReturns.allSatisfy(\.isFinite) else {
            throw WordReader.Failure("a return is no number")
        }
        course.curve = returns.indices.map {
            EvaluationPoint(steps: counts[2 * $0], updates: counts[2 * $0 + 1], meanReturn: returns[$0])
        }
        return course
    }
}

/// What the policy was worth at a moment.
public struct EvaluationPoint: Sendable, Hashable, Codable {
    /// Environment steps by then.
    public let steps: UInt64
    /// Updates by then.
    public let updates: UInt64
    /// The mean return of the episodes.
    public let meanReturn: Double

    /// Notes it.
    public init(steps: UInt64, updates: UInt64, meanReturn: Double) {
        (self.steps, self.updates, self.meanReturn) = (steps, updates, meanReturn)
    }
}

/// Whether all are numbers: zero times anything else is none.
func areFinite(_ vectors: [Vector]) -> Bool {
    var sum = Vector.zero
    for vector in vectors { sum += vector * 0 }
    return sum == .zero
}
