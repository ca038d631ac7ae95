internal import ArgumentParser
internal import DecisionProcesses
internal import ScenarioCatalogue
internal import Scenarios

/// Blackjack in the catalogue.
enum BlackjackEntry: ProcessEntry {
    typealias Options = BlackjackOptions

    static let standard: any CataloguedScenario = BlackjackScenario()
    static let summary = "Hit or stick (Gymnasium's Blackjack-v1), beside the exact optimum."
    static let comparison = "Compare policies with sticking on 20, the dealer's way and the exact optimum."
    static let example = "--output runs/blackjack"
    static let samples: [any CataloguedScenario] = [BlackjackScenario(), BlackjackScenario(natural: .pays)]
}

extension BlackjackScenario.Natural: ExpressibleByArgument {}

/// The settings of blackjack.
struct BlackjackOptions: ProcessOptionGroup {
    @Option(
        help:
            "What a natural is: a 21 as any other, one that wins, or one that pays half as much again (default: plain)."
    )
    var natural: BlackjackScenario.Natural?

    var given: [String] { natural == nil ? [] : ["--natural"] }

    func configuration(discount: Float?) throws -> ScenarioConfiguration {
        ScenarioConfiguration(BlackjackScenario(natural: natural ?? .plain))
    }
}
