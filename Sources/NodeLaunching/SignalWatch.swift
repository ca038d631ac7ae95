package import CommandBasics
internal import Dispatch
internal import Foundation
package import Messaging
internal import Synchronization

/// Turns SIGINT and SIGTERM into a raised stop flag; a second one ends the process at once, whatever it does.
///
/// What a signal does happens in its handler and on a thread that waits for it: neither needs a thread of the pools that
/// everything else shares.
package final class SignalWatch: Sendable {
    /// Raised by the first signal.
    package let stop = StopFlag()

    /// Watches from now on.
    ///
    /// - Parameter words: What is said when the first one comes.
    package init(saying words: String = "ending after the rounds in flight; once more to leave at once") {
        // Made before a handler can need it.
        _ = (Signals.count.load(ordering: .relaxed), hasCome())
        for number in [SIGINT, SIGTERM] {
            signal(number) { number in
                guard Signals.count.add(1, ordering: .relaxed).oldValue == 0 else { _exit(128 + number) }
                Signals.first.store(number, ordering: .releasing)
            }
        }
        let thread = Thread { [stop] in
            while !hasCome() { Thread.sleep(forTimeInterval: 0.05) }
            Console.note("\n" + words)
            stop.raise()
        }
        thread.start()
    }

    /// Whether a signal has come.
    package var hasReceived: Bool { hasCome() }

    /// The exit code of a run that was ended by a signal.
    package var exitCode: CommandFailure.Code {
        Signals.first.load(ordering: .acquiring) == SIGTERM ? .terminated : .interrupted
    }
}

private func hasCome() -> Bool { Signals.first.load(ordering: .acquiring) != 0 }

/// What has been received by the process.
private enum Signals {
    static let count = Atomic<Int>(0)
    /// The first signal's number; 0 for none.
    static let first = Atomic<Int32>(0)
}
