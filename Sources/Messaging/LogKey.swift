/// The keys of what log records say beside their text: one name for one thing in all nodes.
package enum LogKey {
    /// The run's name.
    package static let run = "run"
    /// The run's generation.
    package static let epoch = "epoch"
    /// Rounds that every cohort has behind it.
    package static let round = "round"
    /// The worker's name.
    package static let worker = "worker"
    /// The cells of a shard.
    package static let cells = "cells"
    /// How long something waited.
    package static let pause = "pause"
    /// Why something happened.
    package static let reason = "reason"
}
