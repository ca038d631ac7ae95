/// What is said and heard through the pipe of a world; `docs/worlds.md` has the bodies.
public enum WorldFrame: UInt32, Sendable {
    /// Which worlds are meant, as JSON; the answer says what they are.
    case open = 1
    /// Begin the first episodes; the answer is a batch.
    case begin = 2
    /// Act; the answer is a batch.
    case step = 3
    /// Begin certain episodes and go through their first steps; the answer is a batch.
    case replay = 4
    /// What the worlds are, as JSON.
    case description = 5
    /// What became of every lane.
    case batch = 6
    /// Why it cannot go on, as text.
    case failure = 7

    /// The most words of a frame: nothing that is meant is longer.
    public static var mostWords: UInt32 { 1 << 28 }

    /// What a lane is told, as bits.
    enum Flag {
        /// The episode is over and nothing follows.
        static let terminated: UInt32 = 1
        /// The episode was cut off: what follows is worth what its last state is.
        static let truncated: UInt32 = 2
        /// The state is the first of an episode.
        static let begins: UInt32 = 4
        /// What the lane has decided is still being carried out, or there is nothing for it to decide.
        static let waits: UInt32 = 16
    }
}
