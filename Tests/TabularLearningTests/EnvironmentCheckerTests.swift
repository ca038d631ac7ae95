import TabularLearning
import Testing

@Suite("The environment checker")
struct EnvironmentCheckerTests {
    /// A corridor that breaks the contract in one way.
    private struct Broken: RestorableEnvironment {
        enum Flaw: CaseIterable { case state, mask, bootstrap, lane, reward, memory, length, duration }

        let flaw: Flaw
        var inner = CorridorEnvironment(length: 5, limit: 6, lanes: 3)
        var count = 0

        var space: StateSpace { inner.space }
        var laneCount: Int { inner.laneCount }
        var gauges: [Gauge] { [] }
        mutating func begin(_ batch: inout StepBatch) { inner.begin(&batch) }

        mutating func step(_ actions: [UInt8], _ batch: inout StepBatch) {
            inner.step(actions, &batch)
            count += 1
            switch flaw {
            case .state: batch.queries.states[0] = 5
            case .mask: batch.queries.masks = Array(repeating: 0, count: batch.queries.count)
            case .bootstrap: batch.transitions.bootstraps[0] = 99
            case .lane: batch.queries.lanes[0] = 3
            case .reward: batch.transitions.rewards[0] = .nan
            case .memory: batch.transitions.rewards[0] = Float(count)
            case .length: batch.transitions.actions.removeLast()
            case .duration: batch.transitions.durations = Array(repeating: 0, count: batch.transitions.count)
            }
        }

        func save(to writer: inout WordWriter) { inner.save(to: &writer) }

        mutating func restore(from reader: inout WordReader) throws(WordReader.Failure) {
            try inner.restore(from: &reader)
        }
    }

    @Test("an environment that keeps the contract gives no findings")
    func sound() {
        let checker = EnvironmentChecker(seed: 1) { CorridorEnvironment(length: 5, limit: 6, lanes: 3) }
        #expect(checker.findings(steps: 100) == [])
    }

    @Test("each way of breaking the contract is found")
    func flaws() {
        for flaw in Broken.Flaw.allCases {
            let checker = EnvironmentChecker(seed: 1) { Broken(flaw: flaw) }
            #expect(!checker.findings(steps: 40).isEmpty, "\(flaw)")
        }
    }
}
