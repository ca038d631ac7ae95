internal import Evaluation
internal import SUMOSimulation
internal import Scenarios
internal import TabularLearning

extension Policy {
    /// A decision in words, as well as the scenario can tell.
    func explainDecision(in state: UInt64) -> String {
        switch description.scenario {
        case .traffic(let scenario):
            "state \(state): \(SignalExplanation(state, table: table, scenario: scenario).text)"
        case .sumo(let scenario):
            "state \(state): "
                + SignalExplanation(state, table: table, space: scenario.space, settings: scenario.settings).text
        case .junction, .routing, .maze, .synthetic: explain(state)
        }
    }

    /// What an action value is worth in a unit that people know, and the unit.
    ///
    /// Traffic: vehicle-seconds of waiting, discounted. Elsewhere the value itself.
    var valueUnit: (factor: Double, name: String) {
        switch description.scenario {
        case .traffic(let scenario): (Self.vehicleSeconds(scenario), "vehicle-s")
        case .sumo(let scenario): (Self.vehicleSeconds(scenario.settings), "vehicle-s")
        case .junction(let scenario): (Double(scenario.rewardScale * 2), "vehicle-s")
        case .routing: (1, "ticks")
        case .maze, .synthetic: (1, "")
        }
    }

    private static func vehicleSeconds(_ settings: TrafficScenario) -> Double {
        Double(settings.rewardScale) * Double(settings.decisionInterval)
    }
}
