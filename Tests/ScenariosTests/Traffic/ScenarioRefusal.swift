import Scenarios

/// What the default scenario's check says after a change; empty when it says nothing.
func refusal(_ change: (inout TrafficScenario) -> Void) -> String {
    var scenario = TrafficScenario()
    change(&scenario)
    do {
        try scenario.check()
        return ""
    } catch {
        return error.description
    }
}
