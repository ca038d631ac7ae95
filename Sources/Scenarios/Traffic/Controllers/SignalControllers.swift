internal import Suggestions

/// The classical controllers by the names that stand on command lines and in tables.
public struct SignalControllers: Sendable, Hashable {
    /// Every name, plans first.
    public static let names = [
        "fixed", "webster", "actuated", "sotl", "longest-queue", "greedy", "max-pressure", "random",
    ]

    /// Seconds of green of the fixed plan, by intersection and phase.
    public var fixedGreens: [[Int]]
    /// Seconds of green of Webster's plans, by intersection and phase.
    public var websterGreens: [[Int]]
    /// Seconds between the decisions of the rules that do not act to the second.
    public var decisionInterval: Int
    /// Where the random controller's numbers begin.
    public var seed: UInt64 = 0

    /// Creates controllers from plans that are known.
    public init(fixedGreens: [[Int]], websterGreens: [[Int]], decisionInterval: Int) {
        self.fixedGreens = fixedGreens
        self.websterGreens = websterGreens
        self.decisionInterval = decisionInterval
    }

    /// Creates controllers for a scenario of the embedded simulator, plans for its mean demand.
    public init(scenario: TrafficScenario, network: RoadNetwork) {
        self.init(
            fixedGreens: FixedTimeController(scenario: scenario, network: network).greens,
            websterGreens: FixedTimeController.webster(scenario: scenario, network: network).greens,
            decisionInterval: scenario.decisionInterval
        )
    }

    /// Makes the controller of a name.
    ///
    /// - Throws: `ScenarioError` that names the right spelling nearest to an unknown name.
    public func named(_ name: String) throws(ScenarioError) -> any SignalController {
        switch name {
        case "fixed": FixedTimeController(greens: fixedGreens)
        case "webster": FixedTimeController(name: "webster", greens: websterGreens)
        case "actuated": GapActuatedController()
        case "sotl": SelfOrganizingController(decisionInterval: decisionInterval)
        case "longest-queue": LongestQueueController(decisionInterval: decisionInterval)
        case "greedy": GreedyController(decisionInterval: decisionInterval)
        case "max-pressure": MaxPressureController(decisionInterval: decisionInterval)
        case "random": RandomPhaseController(decisionInterval: decisionInterval, seed: seed)
        default: throw ScenarioError(Spelling.unknown("controller", name, among: Self.names))
        }
    }
}
