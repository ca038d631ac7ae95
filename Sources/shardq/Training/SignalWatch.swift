internal import Dispatch
internal import Foundation
internal import Messaging
internal import Synchronization

/// Turns SIGINT and SIGTERM into a raised stop flag; a second one ends the process at once.
final class SignalWatch {
    /// Raised by the first signal.
    var stop: StopFlag { record.stop }

    private let record = Record()
    private let sources: [any DispatchSourceSignal]

    /// What has been received.
    private final class Record: Sendable {
        let stop = StopFlag()
        let first = Mutex<Int32?>(nil)

        func note(_ number: Int32) {
            let isSecond = first.withLock { first in
                defer { first = first ?? number }
                return first != nil
            }
            if isSecond { exit(128 + number) }
            Console.note("\nending after the rounds in flight; once more to leave at once")
            stop.raise()
        }
    }

    /// Watches from now on.
    init() {
        sources = [SIGINT, SIGTERM].map { [record] number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler { record.note(number) }
            source.resume()
            return source
        }
    }

    /// Whether a signal has come.
    var hasReceived: Bool { record.first.withLock { $0 } != nil }

    /// The exit code of a run that was ended by a signal.
    var exitCode: CommandFailure.Code {
        record.first.withLock { $0 } == SIGTERM ? .terminated : .interrupted
    }
}
