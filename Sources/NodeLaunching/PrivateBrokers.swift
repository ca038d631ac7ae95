package import Logging
package import Messaging
package import RabbitMQMessaging

/// Private RabbitMQ nodes that live as long as a run.
package enum PrivateBrokers {
    /// Starts nodes, does something on them, and ends them.
    ///
    /// - Parameters:
    ///   - count: How many.
    ///   - logger: Told of a node that died.
    ///   - interruption: Ends a start.
    ///   - body: Gets them.
    /// - Returns: What the body returned.
    /// - Throws: What the body threw, or why a node does not start.
    package static func with<Outcome: Sendable>(
        _ count: Int,
        logger: Logger,
        interruption: StopFlag,
        _ body: ([LocalBroker]) async throws -> Outcome
    ) async throws -> Outcome {
        let nodes = try await start(count, logger, interruption)
        let watches = nodes.map { node in Task { await revive(node, logger) } }
        let result: Result<Outcome, any Error>
        do {
            result = .success(try await body(nodes))
        } catch {
            result = .failure(error)
        }
        for watch in watches {
            watch.cancel()
            await watch.value
        }
        try await DedicatedThread.run(named: "end of broker") { stop(nodes) }
        return try result.get()
    }

    /// Starts nodes side by side; either all of them run afterwards, or none.
    private static func start(
        _ count: Int,
        _ logger: Logger,
        _ interruption: StopFlag
    ) async throws -> [LocalBroker] {
        try await withThrowingTaskGroup(of: LocalBroker.self) { group in
            for _ in 0..<count {
                group.addTask { try await LocalBroker.start(logger: logger, interruption: interruption) }
            }
            var nodes: [LocalBroker] = []
            do {
                for try await node in group { nodes.append(node) }
            } catch {
                // Those that are still starting end with their last reference.
                let started = nodes
                try await DedicatedThread.run(named: "end of broker") { stop(started) }
                throw error
            }
            return nodes
        }
    }

    /// Ends nodes that have nothing to keep; in good order it would take them seconds.
    private static func stop(_ nodes: [LocalBroker]) {
        for node in nodes {
            node.kill()
            node.stop()
        }
    }

    /// Starts the node again whenever it has died, until the task is cancelled.
    private static func revive(_ node: LocalBroker, _ logger: Logger) async {
        while (try? await Task.sleep(for: .milliseconds(200))) != nil {
            if node.isRunning { continue }
            logger.warning("the private RabbitMQ node has died; it is started again")
            do {
                try await node.restart()
            } catch {
                logger.warning("the private RabbitMQ node does not start: \(error)")
            }
        }
    }
}
