package import MasterNode
internal import Rounds
internal import Scenarios
internal import TabularLearning
internal import TurnOrders

extension TrainingRun {
    /// The master's part of the settings.
    package var plan: TrainingPlan {
        var plan = TrainingPlan(
            space: scenario.space,
            parameters: parameters,
            workerCount: workers,
            shardCount: shards,
            partition: partition,
            affinityFactor: affinity?.factor,
            aggregation: aggregation,
            collectsTable: collectsTable,
            checkpointRounds: checkpointRounds
        )
        plan.assignment = affinity?.shards
        plan.evaluationRounds = evaluationRounds
        plan.durability = durability
        plan.mostCohortsPerMessage = cohortsPerMessage
        plan.isElastic = isElastic
        plan.actorCount = actors
        plan.runDescription = runDescription
        plan.turns = TurnPlan(turns.order, script: turns.script)
        return plan
    }
}
