/// SUMO's own window, in which a run is watched.
public struct SUMOWindow: Sendable, Hashable {
    /// Milliseconds between two steps, 0 to 10,000; the window can change it.
    public let delay: Int

    /// Describes a window.
    public init(delay: Int) { self.delay = delay }

    /// Seconds that a step may take: who watches may pause for a day.
    static let patience = 86_400

    /// The program with the window that belongs to one without.
    static func program(beside program: String) -> String {
        program.hasSuffix("sumo-gui") ? program : program + "-gui"
    }

    /// It begins by itself, and goes when the run is over.
    var options: [String] { ["--start", "true", "--quit-on-end", "true", "--delay", "\(delay)"] }
}
