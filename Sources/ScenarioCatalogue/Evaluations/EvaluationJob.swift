internal import ArgumentParser
internal import Checkpoints
internal import CommandBasics
internal import Evaluation
internal import Foundation

/// What the evaluations of all scenarios have in common: deliver the outcome, leave with the right exit code.
package struct EvaluationJob {
    private let options: EvaluationOptions

    /// The exit code of an evaluation whose conditions do not hold.
    package static let conditionFailed: Int32 = 3

    package init(_ options: EvaluationOptions) { self.options = options }

    /// The policies to be evaluated, if any are named.
    ///
    /// - Parameters:
    ///   - scenario: What they must have been learned on.
    ///   - given: Options that belong to the scenario; a policy's folder has its own settings.
    /// - Returns: What the first was learned on, and the policies.
    /// - Throws: `CommandFailure` when they do not go together.
    package func policies(
        of scenario: ScenarioName,
        given: [String]
    ) throws -> (configuration: ScenarioConfiguration, evaluated: [EvaluatedPolicy])? {
        guard let first = options.policies.first else { return nil }
        if let option = given.first {
            throw CommandFailure(
                .usage,
                "\(option) comes from the policy's folder: leave it out, or leave --policy out"
            )
        }
        let policies = try options.policies.map { (folder: $0, policy: try Policy(at: $0)) }
        let configuration = policies[0].policy.description.scenario
        guard configuration.name == scenario else {
            throw CommandFailure(.usage, "the policy was learned on \(configuration.name), not on \(scenario)")
        }
        for (folder, policy) in policies
        where encodeJSON(policy.description.scenario) != encodeJSON(configuration) {
            throw CommandFailure(
                .usage,
                "\(folder) was learned on another problem than \(first): evaluate it by itself"
            )
        }
        return (configuration, policies.map { EvaluatedPolicy($0.policy, folder: $0.folder) })
    }

    /// The one policy of a scenario that evaluates no more and no fewer.
    ///
    /// - Parameter scenario: What it must have been learned on.
    /// - Returns: What it was learned on, and the policy.
    /// - Throws: `CommandFailure` when there is none, or more than one.
    package func policy(of scenario: ScenarioName) throws -> (
        configuration: ScenarioConfiguration, evaluated: EvaluatedPolicy
    ) {
        guard options.policies.count == 1, let found = try policies(of: scenario, given: []) else {
            throw CommandFailure(.usage, "evaluate \(scenario) needs one learned policy: name it with --policy")
        }
        return (found.configuration, found.evaluated[0])
    }

    /// Finds out before the work whether its result can be kept.
    package func checkOutput() throws {
        guard let output = options.output else { return }
        if !options.replace { try ResultFolder(output).checkFreeForEvaluation() }
        try ResultOptions.checkOutput(output)
    }

    /// Prints and writes what came out.
    ///
    /// - Throws: `ExitCode` 3 when a condition does not hold.
    package func deliver(_ outcome: EvaluationOutcome) throws {
        let requirements = try options.requirements()
        // A condition that cannot be told does not cost the result: it is said at the end.
        var findings: [Requirement.Finding] = []
        var failure: RequirementError?
        for requirement in requirements {
            do throws(RequirementError) {
                findings.append(try requirement.check(outcome.comparison))
            } catch {
                failure = error
            }
        }
        if let output = options.output {
            if options.replace { try ResultFolder(output).removeEvaluation() }
            let notes = try EvaluationFiles(outcome, findings: findings).write(to: URL(fileURLWithPath: output))
            for note in notes { Console.note(note) }
        }
        try Console.result(
            options.json ? encodeJSON(EvaluationResult(outcome, findings)) : Self.text(outcome)
        )
        for alarm in outcome.alarms { Console.note("warning: \(alarm)") }
        for finding in findings { Console.note(finding.description) }
        if let failure { throw failure }
        guard findings.allSatisfy(\.holds) else { throw ExitCode(Self.conditionFailed) }
    }

    /// An outcome as text for people, no table wider than the terminal.
    package static func text(_ outcome: EvaluationOutcome) -> String {
        func lines(_ table: TextTable) -> String { String(table.plainText(width: Console.resultColumns).dropLast()) }
        var parts = [Console.prose(outcome.comparison.title), lines(outcome.comparison.table)]
        if let zeros = outcome.zeros { parts.append(Console.prose(zeros)) }
        if let differences = outcome.differenceTable { parts.append(lines(differences)) }
        if outcome.comparison.seeds.count > 1 { parts.append(lines(outcome.comparison.extremes)) }
        for (heading, table) in outcome.tables { parts.append("\(heading)\n\n\(lines(table))") }
        return parts.joined(separator: "\n\n")
    }
}
