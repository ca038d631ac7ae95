/// An error as the user meets it: one line and an exit code.
package struct CommandFailure: Error, CustomStringConvertible {
    /// Exit codes, after BSD's `sysexits`.
    package enum Code: Int32 {
        case usage = 64
        case badInput = 65
        case unavailable = 69
        case internalError = 70
        case inputOutput = 74
        case configuration = 78
        case interrupted = 130
        case terminated = 143
    }

    package let code: Code
    package let description: String

    package init(_ code: Code, _ description: String) {
        self.code = code
        self.description = description
    }
}
