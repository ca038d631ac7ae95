internal import CSignals

/// The three streams that every program finds open, unless whoever started it has closed them.
enum StandardStreams {
    /// Puts something in the place of those that are closed.
    ///
    /// The next file or connection that is opened would get the number of a stream that is missing, and what is said there would
    /// end up in it: a line of progress in a checkpoint.
    static func hold() {
        shardq_hold_standard_streams()
    }
}
