package import PolicyServing
internal import Scenarios
internal import TabularLearning

extension ProcessScenario {
    /// The factors by name, the actions that the process allows, and the rules of the field that remember nothing.
    package func coder(fallingBackTo rule: String?) throws -> any ObservationCoder {
        let masks = process.masks
        let coder = FactorCoder(space, mask: { masks[Int($0)] })
        // Rules may need the solution, which takes a while, and an action does not.
        guard let rule, !space.actions.contains(rule) else { return try coder.fallingBack(to: rule) }
        let discount = Double(defaults.parameters.discount.description) ?? 0
        let solution = try ProcessContest.solution(of: self, discount: discount)
        let known = rules(solution).filter { $0.memoryCount == 1 && !$0.isEven(in: solution.process) }
        let named: [FactorCoder.Rule] = known.map { controller in
            .init(controller.name) { controller.likeliestAction(in: Int($0), of: masks[Int($0)]) }
        }
        return try coder.fallingBack(to: rule, among: named)
    }
}

extension Controller {
    /// The action that is taken most often, the lowest of equals.
    fileprivate func likeliestAction(in state: Int, of mask: UInt64) -> Int {
        (0..<64).filter { mask & 1 << UInt64($0) != 0 }
            .max { (probability(of: $0, in: state, 0), $1) < (probability(of: $1, in: state, 0), $0) } ?? 0
    }

    /// Whether it takes all allowed actions alike wherever it decides: it prefers none.
    fileprivate func isEven(in process: DecisionProcess) -> Bool {
        (0..<process.stateCount).allSatisfy { state in
            Set(process.actions(in: state).map { probability(of: $0, in: state, 0) }).count <= 1
        }
    }
}
