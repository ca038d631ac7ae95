public import Evaluation
internal import Scenarios

/// A plan as a SUMO additional file: one static `tlLogic` per intersection.
public struct SUMOPrograms: Sendable {
    private let plan: ResultingPlan
    private let network: RoadNetwork
    private let timing: SignalTiming
    private let origin: String

    /// Names a plan and what it was made for.
    ///
    /// - Parameters:
    ///   - plan: The greens.
    ///   - evaluation: The network and the times of its signals.
    ///   - origin: Where the plan comes from, for the head of the file.
    public init(_ plan: ResultingPlan, of evaluation: TrafficEvaluation, origin: String) {
        self.plan = plan
        network = evaluation.network
        timing = evaluation.scenario.timing
        self.origin = origin
    }

    /// The file.
    public var text: String {
        """
        <?xml version="1.0" encoding="UTF-8"?>
        <!-- \(Self.comment(origin))
             What this is: fixed programs with the greens that the learned policy gave on average under the demand it was
             trained on, phases in the order of their numbers. What it is not: the policy, which looks at the vehicles.
             In the embedded simulator, same demand and seeds: policy \(plan.controllerDelay.cell) s/vehicle of delay, these
             programs \(plan.planDelay.cell).
             An id is the name of an intersection; a state has a letter per movement in the order named beside it. SUMO takes
             the file only with a net whose traffic lights have these ids and this order of links. -->
        <additional>
        \(network.intersections.indices.map(program).joined(separator: "\n"))
        </additional>

        """
    }

    private func program(_ index: Int) -> String {
        let intersection = network.intersections[index]
        let names = intersection.movements.map { network.movements[$0].name }.joined(separator: ", ")
        var phases: [String] = []
        for (phase, green) in zip(intersection.phases, plan.greens[index]) {
            phases.append(line(green, letters(intersection, phase, "G"), name: phase.name))
            if timing.yellow > 0 { phases.append(line(timing.yellow, letters(intersection, phase, "y"))) }
            if timing.allRed > 0 { phases.append(line(timing.allRed, letters(intersection, nil, "r"))) }
        }
        return """
                <!-- links: \(Self.comment(names)) -->
                <tlLogic id="\(HTMLReport.escaped(intersection.name))" type="static" programID="shardq" offset="0">
            \(phases.joined(separator: "\n"))
                </tlLogic>
            """
    }

    private func line(_ seconds: Int, _ state: String, name: String? = nil) -> String {
        let attribute = name.map { " name=\"\(HTMLReport.escaped($0))\"" } ?? ""
        return "        <phase duration=\"\(seconds)\" state=\"\(state)\"\(attribute)/>"
    }

    private func letters(_ intersection: RoadNetwork.Intersection, _ phase: RoadNetwork.Phase?, _ letter: String)
        -> String
    {
        intersection.movements.map { phase?.movements.contains($0) == true ? letter : "r" }.joined()
    }

    /// A text as a comment may hold it: two hyphens would end it.
    private static func comment(_ text: String) -> String { text.replacing("--", with: "- -") }
}
