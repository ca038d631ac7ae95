internal import ArgumentParser
internal import Scenarios

/// The settings of the two-movement junction.
struct JunctionOptions: ParsableArguments {
    @Option(name: .customLong("flow-ratio"), help: "Sum of the movements' flow ratios, 0.05 to 0.95 (default: 0.65).")
    var flowRatio: Double?

    /// The options that were given.
    var given: [String] { flowRatio == nil ? [] : ["--flow-ratio"] }

    /// Builds the scenario, to be learned with the discount that was given.
    func scenario(discount: Float?) -> JunctionScenario {
        var scenario = JunctionScenario()
        if let flowRatio { scenario.flowRatio = flowRatio }
        // The environment discounts the rewards within a change, so it has to know.
        if let discount { scenario.discount = discount }
        return scenario
    }
}
