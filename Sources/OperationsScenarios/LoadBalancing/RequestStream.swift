internal import DecisionProcesses
internal import TabularLearning

/// Requests as they come: when, and with how much work; the same for everybody who is compared.
package struct RequestStream: Sendable {
    /// How the work of requests is distributed, with a mean of 1.
    package enum Work: String, Sendable, CaseIterable {
        /// As the decision process has it.
        case exponential
        /// All alike.
        case deterministic
        /// Heavy-tailed: bounded Pareto of shape 1.5, the longest 10,000 times the shortest.
        case pareto
    }

    /// How the times between arrivals are distributed.
    package enum Arrivals: String, Sendable, CaseIterable {
        /// A Poisson process.
        case poisson
        /// In bursts: a hyperexponential renewal process of balanced means, its squared coefficient of variation 4.
        case bursty
    }

    private let rate: Double
    private let work: Work
    private let arrivals: Arrivals
    private let recording: RecordedRequests?
    private var count = 0
    private var generator: SplitMix64

    /// The instant of the last request.
    package private(set) var now = 0.0

    /// Creates a stream.
    ///
    /// - Parameters:
    ///   - rate: Requests per unit of time.
    ///   - work: How much work they bring.
    ///   - arrivals: How they come.
    ///   - seed: The seed of both.
    package init(rate: Double, work: Work = .exponential, arrivals: Arrivals = .poisson, seed: UInt64) {
        self.init(rate: rate, work: work, arrivals: arrivals, recording: nil, seed: seed)
    }

    /// Creates a stream that may repeat what was recorded; the rate counts only where nothing was.
    package init(rate: Double, work: Work, arrivals: Arrivals, recording: RecordedRequests?, seed: UInt64) {
        self.recording = recording
        self.rate = rate
        self.work = work
        self.arrivals = arrivals
        // Not the numbers of any training.
        generator = SplitMix64(state: CounterBasedRandom(seed: seed, stream: .dynamics).laneKey(1 << 40))
    }

    /// Goes on to the next request; of a recording not beyond its end.
    ///
    /// - Returns: Its work.
    package mutating func next() -> Double {
        // As many numbers for each request, whatever the distributions.
        let (gap, branch, size) = (generator.nextUnit(), generator.nextUnit(), generator.nextUnit())
        if let recording {
            let request = recording.requests[count]
            (now, count) = (request.instant, count + 1)
            if let work = request.work { return work }
        } else {
            now += exponentialVariate(gap) / rate / (arrivals == .bursty ? Self.burst(branch) : 1)
        }
        switch work {
        case .exponential: return exponentialVariate(size)
        case .deterministic: return 1
        case .pareto: return Self.pareto(size)
        }
    }

    /// The factor of the rate: of two exponential branches with equal shares of the mean one is drawn.
    private static func burst(_ unit: Double) -> Double {
        let frequent = 0.5 * (1 + (3.0 / 5).squareRoot())
        return unit < frequent ? 2 * frequent : 2 * (1 - frequent)
    }

    /// A bounded Pareto variate of mean 1, by inversion.
    private static func pareto(_ unit: Double) -> Double {
        let (shape, ratio) = (1.5, 1e4)
        let tail = power(1 / ratio, shape)
        // The mean over the shortest: shape / (shape − 1) × (1 − ratio^(1 − shape)) / (1 − ratio^−shape).
        let mean = shape / (shape - 1) * (1 - power(1 / ratio, shape - 1)) / (1 - tail)
        return power(1 - unit * (1 - tail), -1 / shape) / mean
    }

    private func exponentialVariate(_ unit: Double) -> Double { -naturalLogarithm(1 - unit) }
}
