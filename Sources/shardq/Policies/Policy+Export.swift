internal import ArgumentParser
internal import Checkpoints
internal import CommandBasics
internal import PolicyExport
internal import ScenarioCatalogue
internal import TabularLearning

extension ONNXModel {
    /// A policy's graph.
    ///
    /// - Throws: `CommandFailure` for a table that a graph cannot hold.
    init(_ policy: Policy) throws {
        guard policy.table.cells.count <= Self.mostCells else {
            throw CommandFailure(
                .usage,
                "--format onnx: the table has \(policy.table.cells.count) cells, a graph holds \(Self.mostCells)"
            )
        }
        self.init(
            policy.table,
            actions: policy.space.actions,
            digest: policy.digest.description,
            version: ProgramVersion.current
        )
    }
}

extension PolicyImage {
    /// A policy's file.
    init(_ policy: Policy) {
        self.init(policy.table, space: policy.space, digest: policy.digest.description)
    }
}
