import Dispatch
import Evaluation
import Testing

@Suite("Runs beside each other", .timeLimit(.minutes(5)))
struct ParallelRunsTests {
    @Test("wait for other programs without keeping tasks from running")
    func tasksRun() async throws {
        let count = 64
        let isOpen = DispatchSemaphore(value: 0)
        // On the threads on which tasks run, the pieces would wait for a task that never comes to run.
        let opener = Task.detached(priority: .low) { for _ in 0..<count { isOpen.signal() } }
        let values = try await ParallelRuns.map(count) { index in
            isOpen.wait()
            return index
        }
        #expect(values == Array(0..<count))
        await opener.value
    }

    @Test("end with the first failure, and begin no further piece behind it")
    func failure() async {
        struct Failure: Error {}
        var finished = 0
        await #expect(throws: Failure.self) {
            _ = try await ParallelRuns.map(10_000, onFinish: { finished = $0 }) { index in
                if index == 3 { throw Failure() }
                return index
            }
        }
        #expect(finished < 10_000)
    }

    @Test("of none are none")
    func none() async throws {
        #expect(try await ParallelRuns.map(0) { $0 } == [])
    }
}
