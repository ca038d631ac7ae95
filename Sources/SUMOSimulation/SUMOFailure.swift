/// Why a simulation in SUMO cannot begin or go on, in one line.
public struct SUMOFailure: Error, Sendable, Hashable, CustomStringConvertible {
    /// What kind of failure it is.
    public enum Code: Sendable, Hashable {
        /// There is no such program, or it cannot be started.
        case unavailable
        /// SUMO or this module refuses the network, the routes or the configuration.
        case badInput
        /// A light cannot be controlled.
        case unusable
        /// SUMO has died or does not answer any more.
        case lost
        /// SUMO sent what the protocol does not allow.
        case badAnswer
        /// SUMO refused a command; the description has its words.
        case refused
        /// A light does not show what it was asked for.
        case outOfControl
        /// Somebody has closed SUMO's window.
        case closed
    }

    /// What kind of failure it is.
    public let code: Code
    /// What has happened, and what SUMO said of it.
    public let description: String

    /// Creates a failure.
    public init(_ code: Code, _ description: String) {
        self.code = code
        self.description = description
    }

    /// A time as it stands in a message: whole seconds without a point.
    static func seconds(_ time: Double) -> String { Int(exactly: time).map { "\($0)" } ?? "\(time)" }
}
