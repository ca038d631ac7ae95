internal import CommandBasics
internal import Foundation
internal import Logging
internal import MasterNode
internal import Synchronization
internal import TabularLearning
internal import TerminalText

/// Shows progress on standard error: a bar on a terminal, a plain line now and then elsewhere.
package final class ProgressDisplay: ProgressObserver {
    private let isTerminal: Bool
    private let isQuiet: Bool
    private let due = Mutex(Due())
    private let waiting = Mutex(Waiting())

    /// When the next plain line is due: at each tenth of the work and at least twice a minute.
    private struct Due {
        var tenth = 0
        var elapsed = Duration.zero
    }

    /// What is waited for, and since when.
    private struct Waiting {
        var since: ContinuousClock.Instant?
        var told = ""
    }

    /// How long something is waited for before that is said where lines stay.
    private static let silence = Duration.milliseconds(800)

    /// - Parameter isQuiet: Whether to show nothing at all.
    package init(isQuiet: Bool) {
        isTerminal = Console.isTerminal && !Console.writesRecords
        self.isQuiet = isQuiet
    }

    /// Shows a moment of a run.
    package func show(_ progress: Progress) {
        guard !isQuiet else { return }
        if isTerminal {
            let line = ProgressLine(fraction: progress.fraction, parts: parts(progress))
            Console.status(line.text(width: Console.statusColumns))
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

    /// Says what is waited for: at once on a terminal, elsewhere when it takes a while, and whenever it is something else.
    package func waits(for words: String) {
        guard !isQuiet else { return }
        if isTerminal { return Console.status(words) }
        let isDue = waiting.withLock { waiting in
            let now = ContinuousClock.now
            let since = waiting.since ?? now
            waiting.since = since
            guard now - since >= Self.silence, waiting.told != words else { return false }
            waiting.told = words
            return true
        }
        if isDue { Console.note(words) }
    }

    /// Says what is done behind the rounds, on a terminal.
    package func tell(_ words: String) {
        if isTerminal, !isQuiet { Console.status(words) }
    }

    /// Ends the line of the bar.
    package func finish() {
        if isTerminal, !isQuiet { Console.note("") }
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
        ([String(format: "%3.0f%%", progress.fraction * 100)] + parts(progress)).joined(separator: ", ")
    }

    /// What is said of a moment, the most important first.
    private func parts(_ progress: Progress) -> [String] {
        var parts = [
            "\(Double(progress.stepsTaken).short) steps", "\(progress.rate.short) steps/s",
            timeText(progress.elapsed.seconds),
        ]
        if let remaining = progress.remaining { parts.append("\(timeText(remaining)) left") }
        if progress.rollbacks > 0 { parts.append("\(progress.rollbacks) rollbacks") }
        parts += [progress.quality, "staleness \(progress.staleness)"]
        parts += progress.gauges.prefix(2).map { "\($0.name) \($0.value.short)\($0.unit.isEmpty ? "" : " " + $0.unit)" }
        if !progress.shares.isEmpty { parts.append(progress.shares) }
        if progress.checkpoints.written > 0 { parts.append("\(progress.checkpoints.written) checkpoints") }
        return parts
    }
}
