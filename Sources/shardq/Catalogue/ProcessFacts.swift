internal import ArgumentParser
internal import CommandBasics
internal import DecisionProcesses
internal import ScenarioCatalogue
package import Scenarios
internal import TabularLearning

/// What is known exactly of a scenario that is a decision process, for whoever checks it.
package struct ProcessFacts: Sendable {
    private let scenario: any ProcessScenario
    private let contest: ProcessContest

    /// Solves a scenario.
    ///
    /// - Parameters:
    ///   - name: As on the command line.
    ///   - options: As on the command line.
    /// - Throws: What the command line says, and where there is no such scenario.
    package init(_ name: String, _ options: [String] = []) throws {
        let entry = Catalogue.enrolled.first { $0.name == name }
        guard let entry, let scenario = try Self.configuration(entry, options).scenario as? any ProcessScenario else {
            throw CommandFailure(.usage, "\(name) is no decision process of the catalogue")
        }
        self.scenario = scenario
        contest = try ProcessContest(scenario, [])
    }

    private static func configuration<Entry: ScenarioEntry>(
        _ entry: Entry.Type,
        _ options: [String]
    ) throws -> ScenarioConfiguration {
        try entry.configuration(Entry.Options.parse(options), discount: nil)
    }

    /// What is known of it is known of this.
    package var world: any Scenario { scenario }

    /// The optimum from the start.
    package var optimum: Double { contest.worth.optimum }

    /// The optimum by state.
    package var values: [Double] { contest.solution.values }

    /// The best action by state.
    package var policy: [UInt8] { contest.solution.policy }

    /// What the optimum and the rules are worth from the start, by name.
    package var exact: [String: Double] {
        Dictionary(contest.contenders.map { ($0.controller.name, $0.value) }, uniquingKeysWith: { $1 })
    }

    /// What nobody can do better than, by name; those that can be computed on this machine.
    package var bounds: [String: Double] {
        get throws {
            let known = try scenario.bounds().compactMap { bound in bound.value.map { (bound.name, $0) } }
            return Dictionary(known, uniquingKeysWith: { $1 })
        }
    }

    /// The mean return and the figures of one seed's episodes, by name; empty where nobody has that name.
    package func simulated(_ name: String, seed: UInt64) -> [String: Double] {
        guard let entrant = contest.contenders.first(where: { $0.controller.name == name }) else { return [:] }
        let names = ["return"] + scenario.figures.map(\.name)
        return Dictionary(
            zip(names, contest.simulate(entrant.controller, seed: seed)).map { ($0, $1) },
            uniquingKeysWith: { $1 }
        )
    }

    /// How far a table that is trained with the scenario's defaults is below the optimum, as a share of it.
    package func learnedGap(seed: UInt64) throws -> Double {
        let policy = contest.solution.policy(of: try freshTable(of: scenario, seed: seed))
        return contest.gap(
            of: contest.worth.value(of: Controller("learned", in: contest.solution.process, policy: policy))
        )
    }
}
