internal import Dispatch
internal import Foundation
internal import Messaging
internal import Synchronization

/// Turns SIGINT and SIGTERM into a raised stop flag; a second one ends the process at once.
final class SignalWatch: Sendable {
    /// Raised by the first signal.
    let stop = StopFlag()
    private let received = Mutex<Int32?>(nil)
    private let sources: [any DispatchSourceSignal]

    /// Watches from now on.
    init() {
        sources = [SIGINT, SIGTERM].map { number in
            signal(number, SIG_IGN)
            return DispatchSource.makeSignalSource(signal: number, queue: .global())
        }
        for (source, number) in zip(sources, [SIGINT, SIGTERM]) {
            source.setEventHandler { [self] in note(number) }
            source.resume()
        }
    }

    /// The exit code of a run that was ended by a signal.
    var exitCode: CommandFailure.Code {
        received.withLock { $0 } == SIGTERM ? .terminated : .interrupted
    }

    private func note(_ number: Int32) {
        let isSecond = received.withLock { earlier in
            defer { earlier = earlier ?? number }
            return earlier != nil
        }
        if isSecond { exit(128 + number) }
        Console.note("\nending after the rounds in flight; once more to leave at once")
        stop.raise()
    }
}
