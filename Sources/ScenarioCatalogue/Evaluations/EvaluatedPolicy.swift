internal import Checkpoints
package import Evaluation
package import TabularLearning

/// A learned table with where it comes from: out of a folder, or fresh from training.
package struct EvaluatedPolicy {
    package let table: ActionValueTable
    package let parameters: LearningParameters
    /// How it was learned, if that is known.
    package let learning: LearningHistory?
    /// What its run was worth on the way, if that was found out.
    package let course: GreedyCourse?
    package let facts: EvaluationOutcome.PolicyFacts
    /// What it was learned on, where its table is to be drawn.
    package let scenario: (any CataloguedScenario)?

    package init(_ policy: Policy, folder: String) {
        table = policy.table
        parameters = policy.description.parameters
        learning = LearningFiles.read(from: folder)
        let identity = policy.description.identity.description
        scenario = policy.description.scenario.scenario
        course = CourseFiles.read(from: folder).flatMap { $0.runIdentity == identity ? $0 : nil }
        facts = .init(
            folder: folder,
            tableDigest: policy.digest.description,
            trainingSeed: policy.description.seed,
            trainingSteps: policy.description.steps
        )
    }

    package init(
        _ table: ActionValueTable,
        parameters: LearningParameters,
        learning: LearningHistory,
        course: GreedyCourse? = nil,
        on scenario: (any CataloguedScenario)? = nil,
        facts: EvaluationOutcome.PolicyFacts
    ) {
        self.table = table
        self.parameters = parameters
        self.learning = learning
        self.course = course
        self.scenario = scenario
        self.facts = facts
    }
}
