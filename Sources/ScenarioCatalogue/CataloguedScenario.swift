internal import CommandBasics
package import Evaluation
package import PolicyServing
package import RunPages
package import Scenarios
package import TabularLearning

/// A scenario as the program knows it: beside what learning needs of it, how a policy is judged and told in words.
package protocol CataloguedScenario: Scenario {
    /// What simulates it, where the name stands for several kinds; `nil` for the embedded one.
    static var simulator: String? { get }

    /// Compares a table with the scenario's usual baselines over ten seeds, as training does at its end.
    ///
    /// - Returns: `nil` for a scenario that has nothing to evaluate.
    func evaluate(_ policy: EvaluatedPolicy, isQuiet: Bool, withCharts: Bool) async throws -> EvaluationOutcome?

    /// What the greedy policy of a table is worth in the scenario's own figure, as `evaluate` has it with so many seeds, and
    /// nothing beside it: a point of the curve of a run.
    ///
    /// - Returns: `nil` where `hasFigure` is not.
    func figure(of policy: EvaluatedPolicy, seedCount: Int) async throws -> MetricSummary?

    /// Whether a policy has a figure.
    var hasFigure: Bool { get }

    /// A decision in words, as well as the scenario can tell.
    func explainDecision(in state: UInt64, of policy: Policy) -> String

    /// The decision between two named places in words, of a scenario that knows places.
    ///
    /// - Throws: `CommandFailure` for a scenario that does not.
    func explainDecision(at place: String, towards destination: String, of policy: Policy) throws -> String

    /// What makes states of what is seen where its policies are served, with what is done where a table knows nothing.
    ///
    /// - Parameter rule: The name of the rule, or of an action; `nil` for the scenario's usual one.
    /// - Returns: The coder.
    /// - Throws: `RequestFault` that names those there are.
    func coder(fallingBackTo rule: String?) throws -> any ObservationCoder

    /// How good a table has to be to be worth a share of the best one, 0...1; `nil` where nobody knows.
    func goal(share: Double, discount: Double) -> (any LearningGoal)?

    /// A command that is started for it, as its settings have it; `nil` for a scenario that starts none of the user's.
    ///
    /// It is never taken from a folder alone: who may write a folder would choose what others run.
    var startedCommand: String? { get }

    /// What an outside simulator said of itself when the problem was read: its name and version; `nil` without one.
    var simulatorVersion: String? { get }

    /// The same problem with the programs that are started for it named by whoever does a run once more.
    ///
    /// - Parameter programs: What was named.
    /// - Returns: The problem.
    /// - Throws: `CommandFailure` where a run cannot be done once more: a program is not named, is of another version, or does
    ///   not repeat itself.
    func started(by programs: NamedPrograms) throws -> any CataloguedScenario

    /// The state that two named places make, of a scenario that knows places.
    ///
    /// - Throws: `CommandFailure` for a scenario that does not.
    func state(at place: String, towards destination: String) throws -> UInt64

    /// The most steps that a lane can take, of a scenario whose clock has an end.
    var mostStepsOfLane: UInt64 { get }

    /// Finds out whether a run is long enough for everything that is to happen in it.
    ///
    /// - Parameter stepsOfLane: The steps that each lane takes.
    /// - Throws: `CommandFailure` that names what would never come.
    func check(stepsOfLane: UInt64) throws

    /// Whether a transition that ends is the end of its lane's episode; not where it is something else's, as a packet's way.
    var hasEpisodes: Bool { get }

    /// What an action value is worth in a unit that people know.
    var valueUnit: ValueUnit { get }

    /// Where its states lie, if they are places on a plane and nothing else; `nil` for other states.
    var floorPlan: FloorPlan? { get }

    /// What can be watched of a policy: frames of its evaluation.
    func scenery(of policy: Policy) -> Offer<LateScenery>
}

/// A unit that people know, and how much of it an action value of 1 is.
package struct ValueUnit {
    package let factor: Double
    package let name: String

    /// Takes all of it.
    package init(factor: Double, name: String) {
        self.factor = factor
        self.name = name
    }

    /// The value itself.
    package static let none = ValueUnit(factor: 1, name: "")
}

extension CataloguedScenario {
    /// Simulated by the program itself.
    package static var simulator: String? { nil }

    /// The evaluation's own, with all that is compared there.
    package func figure(of policy: EvaluatedPolicy, seedCount: Int) async throws -> MetricSummary? {
        try await evaluate(policy, isQuiet: true, withCharts: false)?.figure(of: "learned")
    }

    /// It has.
    package var hasFigure: Bool { true }

    /// The row: its actions, values and visits.
    package func explainDecision(in state: UInt64, of policy: Policy) -> String { policy.explain(state) }

    /// There are no places.
    package func explainDecision(at place: String, towards destination: String, of policy: Policy) throws -> String {
        throw Self.knowsNoPlaces(place)
    }

    /// There are no places.
    package func state(at place: String, towards destination: String) throws -> UInt64 {
        throw Self.knowsNoPlaces(place)
    }

    private static func knowsNoPlaces(_ place: String) -> CommandFailure {
        let entries = KnownScenarios.entries.filter { $0.affinities.contains(.router) }.map { $0.name }
        return CommandFailure(
            .usage,
            "--router \(place) is for \(entries.joined(separator: ", ")); this policy was learned on \(name)"
        )
    }

    /// The factors of the state by name, and no rule unless one is named.
    package func coder(fallingBackTo rule: String?) throws -> any ObservationCoder {
        try FactorCoder(space).fallingBack(to: rule)
    }

    /// Simulated by the program itself.
    package var simulatorVersion: String? { nil }

    /// Nothing is started.
    package func started(by programs: NamedPrograms) throws -> any CataloguedScenario {
        if let option = programs.given.first {
            throw CommandFailure(.usage, "\(option) starts nothing: \(Self.name) is part of this program, leave it out")
        }
        return self
    }

    /// None.
    package var startedCommand: String? { nil }

    /// As many as one likes.
    package var mostStepsOfLane: UInt64 { .max }

    /// Nothing is to happen at a time of its own.
    package func check(stepsOfLane: UInt64) throws {}

    /// Nobody knows.
    package func goal(share: Double, discount: Double) -> (any LearningGoal)? { nil }

    /// It is.
    package var hasEpisodes: Bool { true }

    /// The value itself.
    package var valueUnit: ValueUnit { .none }

    /// States are no places.
    package var floorPlan: FloorPlan? { nil }

    /// There is no map.
    package func scenery(of policy: Policy) -> Offer<LateScenery> {
        .missing("There is no map of \(Self.name): maps are of networks in the embedded simulators.")
    }
}

/// How good a table has to be: a share of the best policy's exact value.
package protocol LearningGoal: Sendable {
    /// The share that is asked for, 0...1.
    var share: Double { get }

    /// The share of the optimum that the greedy policy of a table is worth, exactly.
    func share(of table: ActionValueTable) -> Double
}
