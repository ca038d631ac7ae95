internal import Foundation
internal import Logging
internal import MasterNode
internal import Synchronization
internal import TabularLearning

/// Shows progress on standard error: a bar on a terminal, a plain line now and then elsewhere.
final class ProgressDisplay: ProgressObserver {
    private let isTerminal: Bool
    private let isQuiet: Bool
    private let due = Mutex(Due())

    /// When the next plain line is due: at each tenth of the work and at least twice a minute.
    private struct Due {
        var tenth = 0
        var elapsed = Duration.zero
    }

    /// - Parameter isQuiet: Whether to show nothing at all.
    init(isQuiet: Bool) {
        isTerminal = Console.isTerminal && !Console.writesRecords
        self.isQuiet = isQuiet
    }

    /// Shows a moment of a run.
    func show(_ progress: Progress) {
        guard !isQuiet else { return }
        if isTerminal {
            Console.status(bar(progress) + " " + line(progress))
        } else {
            let tenth = Int(progress.fraction * 10)
            let isDue = due.withLock { due in
                guard tenth >= due.tenth || progress.elapsed >= due.elapsed else { return false }
                due = Due(tenth: tenth + 1, elapsed: progress.elapsed + .seconds(30))
                return true
            }
            if isDue, Console.writesRecords {
                Console.record("progress", record(progress))
            } else if isDue {
                Console.note(line(progress))
            }
        }
    }

    /// Ends the line of the bar.
    func finish() {
        if isTerminal, !isQuiet { Console.note("") }
    }

    private func bar(_ progress: Progress) -> String {
        let width = 24
        let done = min(width, Int(progress.fraction * Double(width)))
        return "[" + String(repeating: "█", count: done) + String(repeating: "·", count: width - done) + "]"
    }

    private func record(_ progress: Progress) -> Logger.Metadata {
        [
            "fraction": .stringConvertible(progress.fraction), "steps": .stringConvertible(progress.stepsTaken),
            "stepsPerSecond": .stringConvertible(progress.rate), "quality": "\(progress.quality)",
            "staleness": .stringConvertible(progress.staleness), "rollbacks": .stringConvertible(progress.rollbacks),
            "checkpoints": .stringConvertible(progress.checkpoints.written),
        ]
    }

    private func line(_ progress: Progress) -> String {
        var parts = [
            String(format: "%3.0f%%", progress.fraction * 100),
            "\(Double(progress.stepsTaken).short) steps",
            "\(progress.rate.short) steps/s",
            progress.quality,
            "staleness \(progress.staleness)",
        ]
        parts += progress.gauges.prefix(2).map { "\($0.name) \($0.value.short)\($0.unit.isEmpty ? "" : " " + $0.unit)" }
        if !progress.shares.isEmpty { parts.append(progress.shares) }
        if progress.checkpoints.written > 0 { parts.append("\(progress.checkpoints.written) checkpoints") }
        if progress.rollbacks > 0 { parts.append("\(progress.rollbacks) rollbacks") }
        return parts.joined(separator: ", ")
    }
}
