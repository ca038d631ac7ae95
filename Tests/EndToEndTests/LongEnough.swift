import Foundation
import Testing

/// A run that lasts at least as long as what a test does to it.
///
/// Faults take their time, and no number of steps lasts that long on every machine. So a run that is over before the test has
/// done its part is done again with more steps.
struct LongEnough: Error, CustomStringConvertible {
    let description: String

    private static let longer = 8
    private static let mostSteps = 2_000_000_000

    /// Carries a test out, with as many steps as it takes.
    ///
    /// - Parameters:
    ///   - steps: How many to begin with.
    ///   - body: The test; gets the steps and a folder of its own.
    /// - Throws: What the body throws, itself included when no number of steps is enough.
    static func run(steps: Int, _ body: (_ steps: Int, _ folder: URL) async throws -> Void) async throws {
        var steps = steps
        while true {
            do {
                return try await Program.withFolder { try await body(steps, $0) }
            } catch let early as LongEnough {
                steps *= longer
                guard steps <= mostSteps else { throw early }
            }
        }
    }

    /// Begins again with more steps unless what the test has done has met a run.
    static func require(_ wasMet: Bool, _ sentence: String) throws {
        if !wasMet { throw LongEnough(description: "\(sentence), whatever the number of steps") }
    }
}

extension Node {
    /// Waits until it has written something to standard error, and looks whether it has ended since.
    func underWay(after text: String) async throws {
        do {
            try await wait(forError: text)
        } catch  where hasEnded {
            // In order: it was too fast to be met. Otherwise there is something to be said.
            let result = try await wait()
            try LongEnough.require(result.exitCode != 0, "the run had ended")
            throw Overdue("nothing about '\(text)', exit code \(result.exitCode): \(result.error)")
        }
        try LongEnough.require(!hasEnded, "the run had ended")
    }
}
