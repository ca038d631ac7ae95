internal import Messaging
internal import Testing

extension MessagingContract {
    static let mailboxes: [Self] = [
        Self("a mailbox has one reader", onOneThread: mailboxIsExclusive),
        Self("opening one's own mailbox again changes nothing", onOneThread: reopeningIsHarmless),
        Self("a message to a mailbox that nobody opened comes back", onOneThread: unroutableMessageReturns),
        Self("mailboxes disappear with the endpoint that opened them", onOneThread: disconnectRemovesMailboxes),
        Self("what lies in a closed mailbox is lost and another may open it", onOneThread: closedMailboxIsFree),
        Self("a mailbox passes between nodes that wait for it", passesOn),
        Self("a message comes back also when the publisher alone is left", onOneThread: lonePublisherGetsReturns),
    ]

    private static func mailboxIsExclusive(_ runs: Runs) throws {
        let owner = try runs.run.connect(as: "owner")
        let rival = try runs.run.connect(as: "rival")
        try owner.open(.worker("3"))
        try rival.open(.worker("4"))
        let error = #expect(throws: MessagingError.self) { try rival.open(.worker("3")) }
        #expect(error?.code == .mailboxTaken)
        #expect(error?.message.contains("worker.3") == true)

        // Both go on: the owner with its mailbox, the rival with its other one.
        try rival.publish(Message(type: "a", correlation: 1, body: [1]), to: .worker("3"))
        try owner.publish(Message(type: "b", correlation: 2, body: [2]), to: .worker("4"))
        #expect(try owner.nextDelivery().message.type == "a")
        #expect(try rival.nextDelivery().message.type == "b")
        owner.disconnect()
        rival.disconnect()
    }

    private static func reopeningIsHarmless(_ runs: Runs) throws {
        let node = try runs.run.connect(as: "node")
        try node.open(.control)
        try node.publish(Message(type: "a", correlation: 1, body: []), to: .control)
        try node.open(.control)
        try node.publish(Message(type: "b", correlation: 2, body: []), to: .control)
        #expect(try node.nextDelivery().message.type == "a")
        #expect(try node.nextDelivery().message.type == "b")
        node.disconnect()
    }

    private static func unroutableMessageReturns(_ runs: Runs) throws {
        let node = try runs.run.connect(as: "node")
        try node.open(.replies)
        try node.expectReturn(from: .worker("9"))
        try node.expectReturn(from: .worker("nobody"))
        node.disconnect()
    }

    private static func disconnectRemovesMailboxes(_ runs: Runs) throws {
        let watcher = try runs.run.connect(as: "watcher")
        let node = try runs.run.connect(as: "node")
        try node.open(.worker("0"))
        try node.open(.worker("1"))
        try watcher.publish(Message(type: "lost", correlation: 1, body: [1]), to: .worker("0"))
        node.disconnect()
        node.disconnect()
        try watcher.expectReturn(from: .worker("0"))
        try watcher.expectReturn(from: .worker("1"))
        let error = #expect(throws: MessagingError.self) { try node.receive(within: .zero) }
        #expect(error?.code == .connectionLost)

        let successor = try runs.run.connect(as: "successor")
        try successor.open(.worker("0"))
        try watcher.publish(Message(type: "kept", correlation: 2, body: [2]), to: .worker("0"))
        #expect(try successor.nextDelivery().message.type == "kept")
        successor.disconnect()
        watcher.disconnect()
    }

    private static func closedMailboxIsFree(_ runs: Runs) throws {
        let first = try runs.run.connect(as: "first")
        let second = try runs.run.connect(as: "second")
        try first.open(.worker("0"))
        try first.open(.control)
        try first.publish(Message(type: "old", correlation: 1, body: [1]), to: .worker("0"))
        try first.publish(Message(type: "kept", correlation: 2, body: [2]), to: .control)
        try first.close(.worker("0"))
        try second.expectReturn(from: .worker("0"))
        try second.open(.worker("0"))
        try first.publish(Message(type: "new", correlation: 3, body: [3]), to: .worker("0"))
        #expect(try second.nextDelivery().message.type == "new")
        #expect(try first.nextDelivery().message.type == "kept")
        #expect(try second.receive(within: .milliseconds(20)) == nil)
        first.disconnect()
        second.disconnect()
    }

    /// Each opens the mailbox as soon as another has closed it, also while that one is still closing it.
    private static func passesOn(_ runs: Runs) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for name in ["first", "second", "third"] {
                group.addTask {
                    try await DedicatedThread.run(named: name) {
                        let node = try runs.run.connect(as: name)
                        defer { node.disconnect() }
                        for _ in 0..<50 {
                            while try !isOpened(by: node) {}
                            try node.close(.worker("0"))
                        }
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    private static func isOpened(by node: any Endpoint) throws -> Bool {
        do throws(MessagingError) {
            try node.open(.worker("0"))
            return true
        } catch {
            guard error.code == .mailboxTaken else { throw error }
            return false
        }
    }

    private static func lonePublisherGetsReturns(_ runs: Runs) throws {
        let publisher = try runs.run.connect(as: "publisher")
        let reader = try runs.run.connect(as: "reader")
        try reader.open(.worker("0"))
        reader.disconnect()
        try publisher.expectReturn(from: .worker("0"))
        try publisher.expectReturn(from: .worker("0"))
        publisher.disconnect()
    }
}
