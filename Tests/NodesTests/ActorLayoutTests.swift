import MasterNode
import Rounds
import SimulatedCluster
import TabularLearning
import Testing

@Suite("Cohorts with actor processes")
struct ActorLayoutTests {
    private static func layout(
        _ actors: Int,
        _ workers: Int,
        _ change: (inout SimulatedRun) -> Void = { _ in }
    ) -> Layout {
        var layout = Layout(workers: workers, shards: workers + workers % 2, cohorts: 5, hasMasks: false)
        layout.run.actors = actors
        layout.run.cohortsPerMessage = 2
        change(&layout.run)
        return layout
    }

    static let layouts: [Layout] = {
        var layouts: [Layout] = []
        for actors in 1...3 {
            for workers in [1, 2, 4] { layouts.append(layout(actors, workers)) }
        }
        layouts.append(layout(5, 3) { $0.partition = .hash })
        layouts.append(layout(2, 2) { $0.partition = .scenario })
        layouts.append(layout(2, 2) { $0.hasMasks = true })
        layouts.append(layout(2, 2) { $0.ties = .random })
        layouts.append(layout(2, 3) { $0.lanes = 1 })
        layouts.append(layout(3, 2) { $0.steps = 0 })
        layouts.append(layout(3, 2) { $0.stepping = .apart })
        layouts.append(layout(1, 2) { ($0.stepping, $0.hasMasks) = (.apart, true) })
        layouts.append(layout(1, 2) { ($0.cohorts, $0.staleness) = (1, .fresh) })
        layouts.append(layout(1, 2) { ($0.cohorts, $0.staleness, $0.aggregation) = (1, .fresh, .sum) })
        layouts.append(layout(2, 2) { $0.staleness = LearningParameters.Staleness(rawValue: 7) ?? .oneRound })
        for update in (UpdateRule.names + ["target-q-learning:3"]).compactMap(UpdateRule.init) {
            layouts.append(
                layout(2, 2) { run in
                    (run.update, run.hasMasks, run.hasOffsets) = (update, true, false)
                }
            )
        }
        for update in ["q-learning", "sarsa-lambda:0.8:5"].compactMap(UpdateRule.init) {
            layouts.append(layout(3, 2) { ($0.update, $0.tilings) = (update, 4) })
        }
        return layouts
    }()

    @Test("end in the bits of the serial reference, for any number of processes and workers", arguments: layouts)
    func sameBits(_ layout: Layout) throws {
        var reference = SerialReference(learners: layout.run.learners(), parameters: layout.run.parameters)
        try reference.run()
        for seed in 0..<3 as Range<UInt64> {
            var cluster = SimulatedCluster(layout.run, seed: seed)
            guard case .finished(let master) = cluster.play() else {
                Issue.record("the run did not finish: \(cluster.reports) \(cluster.refusals)")
                return
            }
            #expect(master.table?.cells == reference.table.cells)
            #expect(master.statistics == reference.statistics)
            #expect(master.learners.map(\.figures) == reference.learners.map(\.figures))
            #expect(master.ledger?.issued.reduce(0, +) == reference.statistics.transitions)
            #expect(cluster.reports.isEmpty)
        }
    }
}
