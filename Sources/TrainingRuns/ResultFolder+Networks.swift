internal import CommandBasics
internal import ScenarioCatalogue

extension ResultFolder {
    /// Refuses to train a network into a folder that has a run, of whatever kind, complete or not.
    ///
    /// - Throws: `CommandFailure` that says what can be done; `FileFailure` when the folder cannot be read.
    package func checkFreeForNetwork() throws {
        try checkFreeForRun()
        guard try RunCheckpoints.exist(in: path) else { return }
        throw CommandFailure(
            .usage,
            "\(path) has checkpoints of a table: --resume \(path) goes on with that run, --replace trains a network in its "
                + "place, another --output keeps both"
        )
    }
}
