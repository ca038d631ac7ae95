internal import Dispatch
internal import Foundation
internal import Messaging
internal import Testing

@Suite struct `A dedicated thread` {
    private struct Failure: Error, Equatable { let reason: String }

    @Test func `hands over the result`() async throws {
        #expect(try await DedicatedThread.run(named: "sum") { (1...100).reduce(0, +) } == 5050)
    }

    @Test func `hands over the error`() async {
        await #expect(throws: Failure(reason: "on purpose")) {
            try await DedicatedThread.run(named: "failing") { throw Failure(reason: "on purpose") }
        }
    }

    @Test func `has its name, cut to what the system takes, and is not the caller's`() async throws {
        let name = try await DedicatedThread.run(named: "a worker with a long name") {
            Thread.isMainThread ? nil : Thread.current.name
        }
        #expect(name == "a worker with a")
    }

    @Test func `leaves the cooperative pool free`() async throws {
        // More blocked threads than the pool has: were they the pool's, the last could never release the others.
        let count = 4 * ProcessInfo.processInfo.activeProcessorCount
        let everybody = DispatchGroup()
        for _ in 0..<count { everybody.enter() }
        let met = try await withThrowingTaskGroup(of: Bool.self) { group in
            for index in 0..<count {
                group.addTask {
                    try await DedicatedThread.run(named: "blocked \(index)") {
                        everybody.leave()
                        return everybody.wait(timeout: .now() + .seconds(60)) == .success
                    }
                }
            }
            return try await group.reduce(true) { $0 && $1 }
        }
        #expect(met)
    }
}
