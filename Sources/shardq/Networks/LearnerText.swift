internal import ArgumentParser
internal import CommandBasics
internal import TerminalText

/// What the options of all learners have in common.
enum LearnerText {
    /// A number of steps, as people write it.
    static func count(_ text: String) throws -> UInt64 {
        guard let count = CountArgument(text)?.value else {
            throw ValidationError("'\(text)' is no number of steps, such as 50000, 50k or 5e4")
        }
        return count
    }

    /// Widths with commas between them.
    static func list(_ counts: [Int]) -> String { counts.map(String.init).joined(separator: ",") }

    /// The widths of hidden layers.
    static func hidden(_ text: String) throws -> [Int] {
        try NumberList.read("--hidden", text).map { number in
            guard let width = Int(exactly: number) else {
                throw CommandFailure(.usage, "--hidden \(text): whole numbers with commas between them")
            }
            return width
        }
    }
}
