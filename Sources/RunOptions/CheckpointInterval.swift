/// How often a checkpoint is taken, as the user writes it: rounds, or seconds with an s behind them.
package enum CheckpointInterval: Sendable, Hashable {
    case rounds(UInt64)
    case seconds(Double)

    package init?(argument: String) {
        if argument.hasSuffix("s"), let seconds = Double(argument.dropLast()), (0.1...86_400).contains(seconds) {
            self = .seconds(seconds)
        } else if let rounds = UInt64(argument), rounds >= 1 {
            self = .rounds(rounds)
        } else {
            return nil
        }
    }

    /// The rounds from one to the next, if it is counted in rounds.
    package var rounds: UInt64? { if case .rounds(let rounds) = self { rounds } else { nil } }

    /// The time from one to the next, if it is counted in seconds.
    package var duration: Duration? { if case .seconds(let seconds) = self { .seconds(seconds) } else { nil } }
}
