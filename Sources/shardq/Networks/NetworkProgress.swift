internal import CommandBasics
internal import Evaluation
internal import NeuralLearning
internal import Synchronization
internal import TerminalText

/// Shows on standard error how far a network is: a bar on a terminal, a line at each tenth elsewhere.
final class NetworkProgress: Sendable {
    private let isQuiet: Bool
    private let isTerminal = Console.isTerminal
    private let begun: ContinuousClock.Instant
    private let first: UInt64
    private let tenth = Mutex(0)

    init(isQuiet: Bool, begun: ContinuousClock.Instant, from first: UInt64) {
        (self.isQuiet, self.begun, self.first) = (isQuiet, begun, first)
    }

    /// Shows where a learner stands.
    func show(_ learner: some NetworkLearner) {
        guard !isQuiet else { return }
        let fraction = Double(learner.stepsTaken) / Double(learner.settings.steps)
        let seconds = (ContinuousClock.now - begun).seconds
        let rate = Double(learner.stepsTaken - first) / max(seconds, 1e-9)
        var parts = [
            "\(Double(learner.stepsTaken).short) steps", "\(rate.short) steps/s", timeText(seconds),
            "\(timeText(max(0, Double(learner.settings.steps) - Double(learner.stepsTaken)) / max(rate, 1e-9))) left",
        ]
        if let point = learner.curve.last { parts.append("return \(decimal(point.meanReturn))") }
        if let best = learner.bestReturn { parts.append("best \(decimal(best))") }
        if !learner.recentReturns.isEmpty {
            let mean = learner.recentReturns.reduce(0, +) / Double(learner.recentReturns.count)
            parts.append("while exploring \(decimal(mean))")
        }
        if isTerminal {
            return Console.status(ProgressLine(fraction: fraction, parts: parts).text(width: Console.statusColumns))
        }
        let isDue = tenth.withLock { tenth in
            guard Int(fraction * 10) > tenth else { return false }
            tenth = Int(fraction * 10)
            return true
        }
        if isDue { Console.note("\(Int(fraction * 100))%, " + parts.joined(separator: ", ")) }
    }

    /// Ends the line of the bar.
    func finish() {
        if isTerminal, !isQuiet { Console.note("") }
    }
}
