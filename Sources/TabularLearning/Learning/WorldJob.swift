internal import Synchronization

/// A step of a world that is performed wherever its time does no harm: on another thread, while messages are served.
///
/// It holds the world while it is lent. A job that nobody wants any more is let go, and the world with it.
public final class WorldJob: Sendable {
    /// A world, what it is to do, and what came of it.
    struct Content: Sendable {
        var environment: any Environment
        var actions: [UInt8]
        /// The previous step's; afterwards what this one wrote.
        var batch: StepBatch
        var isDone = false
        var failure: EnvironmentFailure?
    }

    private let content: Mutex<Content?>

    init(_ content: consuming Content) {
        self.content = Mutex(content)
    }

    /// Steps the world; blocks for as long as that takes.
    public func perform() {
        // Nobody else looks at it before it is done, so the lock is not held for the time of a step.
        guard var content = content.withLock({ $0.take() }) else { return }
        do throws(EnvironmentFailure) {
            try content.environment.step(content.actions, &content.batch)
        } catch {
            content.failure = error
        }
        content.isDone = true
        self.content.withLock { $0 = content }
    }

    /// Whether the step has been taken, or has failed.
    public var isDone: Bool { content.withLock { $0?.isDone ?? false } }

    /// What came of it; `nil` while it is not done.
    func takeContent() -> Content? {
        content.withLock { content in
            guard content?.isDone == true else { return nil }
            return content.take()
        }
    }
}
