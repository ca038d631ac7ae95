internal import Messaging
internal import MessagingTestSupport
internal import Testing

@Suite struct `The transport in memory` {
    @Test(.timeLimit(.minutes(5)), arguments: MessagingContract.all)
    func `keeps the contract`(_ behaviour: MessagingContract) async throws {
        try await behaviour.check(MessagingContract.Runs(run: MemoryTransport(), otherRun: MemoryTransport()))
    }

    @Test func `frees its mailboxes when an endpoint is released without a farewell`() async throws {
        try await DedicatedThread.run(named: "test") {
            let transport = MemoryTransport()
            let watcher = transport.connect(as: "watcher")
            do {
                let forgotten = transport.connect(as: "forgotten")
                try forgotten.open(.worker("0"))
            }
            try watcher.expectReturn(from: .worker("0"))
        }
    }
}
