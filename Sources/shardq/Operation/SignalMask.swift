internal import CSignals

/// Which signals wait until somebody wants them.
enum SignalMask {
    /// Lets all signals through.
    ///
    /// A process inherits what its parent has blocked, and threads of Dispatch, which start workers in the place of those that
    /// have died, block nearly all: such a process would not be ended by SIGTERM.
    static func clear() {
        shardq_unblock_all_signals()
    }
}
