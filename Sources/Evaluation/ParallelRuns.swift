internal import Foundation
internal import Synchronization

/// Runs independent pieces of work on all cores; what comes of them does not depend on how many there are.
public enum ParallelRuns {
    /// Computes a value for each number below a count.
    ///
    /// Each core has a thread of its own for it: pieces compute for seconds or wait for other programs, and the threads on which
    /// tasks run, an HTTP server's among them, must stay free.
    ///
    /// - Parameters:
    ///   - count: The number of pieces, at least 0.
    ///   - onFinish: Called with the number of finished pieces whenever one has ended, by one task.
    ///   - work: Computes one piece; no further one is begun when it throws.
    /// - Returns: The values in the order of the numbers.
    /// - Throws: What the piece threw that failed first.
    public static func map<Value: Sendable>(
        _ count: Int,
        onFinish: (Int) -> Void = { _ in },
        _ work: @escaping @Sendable (Int) throws -> Value
    ) async throws -> [Value] {
        let pieces = Pieces(count: count)
        // At most one element a piece and one a thread.
        let (events, report) = AsyncStream.makeStream(of: Event<Value>.self)
        var running = min(count, ProcessInfo.processInfo.activeProcessorCount)
        for _ in 0..<running {
            let thread = Thread {
                while let index = pieces.next() {
                    do {
                        report.yield(.finished(index, try work(index)))
                    } catch {
                        pieces.skipRest()
                        report.yield(.failed(error))
                    }
                }
                report.yield(.threadEnded)
            }
            thread.stackSize = 16 << 20
            thread.start()
        }
        var values = [Value?](repeating: nil, count: count)
        var finished = 0
        var failure: (any Error)?
        var iterator = events.makeAsyncIterator()
        while running > 0, let event = await iterator.next() {
            switch event {
            case .finished(let index, let value):
                values[index] = value
                finished += 1
                onFinish(finished)
            case .failed(let error): failure = failure ?? error
            case .threadEnded: running -= 1
            }
        }
        if let failure { throw failure }
        return values.compactMap(\.self)
    }

    private enum Event<Value: Sendable>: Sendable {
        case finished(Int, Value)
        case failed(any Error)
        case threadEnded
    }

    /// The numbers that nobody has taken yet.
    private final class Pieces: Sendable {
        private let rest: Mutex<Range<Int>>

        init(count: Int) {
            rest = Mutex(0..<count)
        }

        func next() -> Int? { rest.withLock { $0.popFirst() } }

        func skipRest() {
            rest.withLock { $0 = $0.upperBound..<$0.upperBound }
        }
    }
}
