internal import ScenarioCatalogue

/// Systems that are controlled, on which networks learn, too.
enum ControlRoom {
    /// Its scenarios.
    static let entries: [any ScenarioEntry.Type] = [
        CartPoleEntry.self, MountainCarEntry.self, MountainCarContinuousEntry.self, AcrobotEntry.self,
        PendulumEntry.self,
    ]
}
