internal import DecisionProcesses
internal import Evaluation
internal import Reports
internal import TabularLearning

extension IntrusionScenario {
    /// Where a host is restored: each history by its ticks and by how likely the host is compromised.
    func charts(_ solution: ExactSolution, learned: ActionValueTable?) -> [Chart] {
        let policies = [("optimum", solution.policy)] + (learned.map { [("learned", solution.policy(of: $0))] } ?? [])
        return policies.map { name, policy in
            var chart = Chart(
                "restoring-\(name)",
                title: "When a host is restored: \(name)",
                caption: "\(subject). Each point is a history of alarms.",
                x: .init("ticks since it was restored", from: -0.5, to: Double(latest)),
                y: .init("probability that it is compromised", from: 0, to: 1)
            )
            chart.curves = [("wait", UInt8(0)), ("restore", 1)].map { label, action in
                let states = (0..<solution.process.stateCount).filter {
                    reading($0).ticks < latest && policy[$0] == action
                }
                return .init(
                    label,
                    points: states.map { .init(x: Double(reading($0).ticks), y: belief($0)) },
                    style: .points
                )
            }
            return chart
        }
    }
}
