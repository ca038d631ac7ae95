internal import Dispatch
internal import Synchronization

/// Threads of this process that compute the slices of a minibatch: whoever is free takes the next one.
public final class SliceTeam<Computer: GradientComputer>: SliceComputing, Sendable {
    /// A computer in a place that threads can share.
    private final class Desk: Sendable {
        let computer: Mutex<Computer>

        init(_ computer: Computer) { self.computer = Mutex(computer) }
    }

    private let desks: [Desk]
    private let threadCount: Int

    /// Gets so many threads ready.
    ///
    /// - Parameters:
    ///   - threads: At least 1; more than slices help nobody.
    ///   - computer: What computes, copied for each.
    public init(threads: Int, _ computer: Computer) {
        threadCount = max(1, min(threads, DQNSettings.sliceCount))
        desks = (0..<threadCount).map { _ in Desk(computer) }
    }

    /// Computes all slices; blocks the calling thread, which takes part.
    ///
    /// - Returns: In the order of the slices.
    public func gradients(of slices: [Computer.Slice], _ parameters: Computer.Parameters) -> [[SliceGradient]] {
        if threadCount == 1 {
            return desks[0].computer.withLock { computer in slices.map { computer.gradient(of: $0, parameters) } }
        }
        let next = Atomic<Int>(0)
        let results = Mutex<[[SliceGradient]?]>(Array(repeating: nil, count: slices.count))
        DispatchQueue.concurrentPerform(iterations: threadCount) { member in
            desks[member].computer.withLock { computer in
                while true {
                    let index = next.add(1, ordering: .relaxed).oldValue
                    guard index < slices.count else { return }
                    let result = computer.gradient(of: slices[index], parameters)
                    results.withLock { $0[index] = result }
                }
            }
        }
        return results.withLock { $0.compactMap(\.self) }
    }
}
