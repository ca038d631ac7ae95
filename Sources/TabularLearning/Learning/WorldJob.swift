internal import Synchronization

/// What a world is to do wherever its time does no harm: on another thread, while messages are served.
///
/// It holds the world while it is lent. A job that nobody wants any more is let go, and the world with it.
public final class WorldJob: Sendable {
    /// A world, what it is to do, and what came of it.
    struct Content: Sendable {
        var environment: any Environment
        var actions: [UInt8]
        /// Whether the state before the step is to be written down.
        var saves: Bool
        /// The previous step's; afterwards what this one wrote.
        var batch = StepBatch()
        var saved: [UInt32]?
        var gauges: [Gauge] = []
        var isDone = false
        var failure: EnvironmentFailure?
    }

    /// Whether the world is stepped, and not only written down.
    let steps: Bool
    private let content: Mutex<Content?>

    init(_ content: consuming Content, steps: Bool) {
        self.steps = steps
        self.content = Mutex(content)
    }

    /// Does it; blocks for as long as that takes.
    public func perform() {
        // Nobody else looks at it before it is done, so the lock is not held for the time of a step.
        guard var content = content.withLock({ $0.take() }) else { return }
        if content.saves, let environment = content.environment as? any RestorableEnvironment {
            var writer = WordWriter()
            environment.save(to: &writer)
            content.saved = writer.words
        }
        if steps {
            do throws(EnvironmentFailure) {
                try content.environment.step(content.actions, &content.batch)
            } catch {
                content.failure = error
            }
        }
        content.gauges = content.environment.gauges
        content.isDone = true
        self.content.withLock { $0 = content }
    }

    /// Whether it is done, or has failed.
    public var isDone: Bool { content.withLock { $0?.isDone ?? false } }

    /// What came of it; `nil` while it is not done.
    func takeContent() -> Content? {
        content.withLock { content in
            guard content?.isDone == true else { return nil }
            return content.take()
        }
    }
}
