internal import Dispatch
internal import Synchronization
internal import TabularLearning

/// A checkpoint on its way from the disk, while the master's loop keeps the connection alive.
final class CheckpointFetch: Sendable {
    /// What is fetched.
    enum Content: Sendable {
        /// The whole state of the run.
        case state(RunState)
        /// Only the table; nothing where there is no checkpoint.
        case table(ActionValueTable?, round: UInt64?)
    }

    private let content = Mutex<Result<Content, any Error>?>(nil)

    /// Begins to read, behind the checkpoint that is being written.
    ///
    /// - Parameters:
    ///   - keeper: Where the run's states are kept.
    ///   - wholeState: Whether the cohorts are wanted too.
    ///   - writer: Writes the checkpoints.
    init(_ keeper: RunKeeper, wholeState: Bool, behind writer: CheckpointWriter?) {
        DispatchQueue.global().async { [self] in
            let result = Result<Content, any Error> {
                try writer?.waitUntilIdle()
                if wholeState { return .state(try keeper.lastState()) }
                let last = try keeper.lastTable()
                return .table(last?.table, round: last?.round)
            }
            content.withLock { $0 = result }
        }
    }

    /// What has been read; `nil` while it is on its way.
    func result() throws -> Content? {
        try content.withLock { try $0?.get() }
    }
}
