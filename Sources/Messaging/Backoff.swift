internal import Foundation

/// Pauses between attempts that grow from one to the next and differ from node to node.
public struct Backoff: Sendable {
    private var next = Duration.milliseconds(50)

    /// The longest pause.
    private static let limit = Duration.seconds(1)

    /// Creates the pauses of a first failure.
    public init() {}

    /// Blocks the thread for the next pause: half of it fixed, half random.
    public mutating func wait() {
        Thread.sleep(forTimeInterval: (next / .seconds(1)) * Double.random(in: 0.5...1))
        next = min(next * 2, Self.limit)
    }
}
