internal import Foundation
internal import Synchronization

/// The options that a configuration sets, as SUMO itself resolves it: synonyms, entities, types and sections.
package struct SUMOConfiguration: Sendable {
    /// By SUMO's own name: the value of each option that is set.
    private let values: [String: String]

    /// Takes the options that SUMO says are set.
    package init(_ values: [String: String]) { self.values = values }

    /// What SUMO has made of configurations: an evaluation starts it a hundred times with the same one.
    private static let known = Mutex<[Key: [String: String]]>([:])

    private struct Key: Hashable {
        let program: String
        let file: String
        let content: Data
    }

    /// Lets SUMO read a configuration and write down what it has understood.
    ///
    /// - Throws: `SUMOFailure` with SUMO's words when it does not understand.
    init(reading file: String, with program: String, in folder: ScratchFolder) throws(SUMOFailure) {
        guard let content = try? Data(contentsOf: URL(fileURLWithPath: file)) else {
            throw SUMOFailure(.badInput, "'\(file)' cannot be read")
        }
        let key = Key(program: program, file: file, content: content)
        if let values = Self.known.withLock({ $0[key] }) {
            self.values = values
            return
        }
        let written = folder.path(of: "configuration.xml")
        try SUMOProcess.run(
            program,
            ["--configuration-file", file, "--save-configuration", written, "--xml-validation", "never"],
            folder: folder.url
        )
        guard let data = try? Data(contentsOf: URL(fileURLWithPath: written)) else {
            throw SUMOFailure(.badInput, "SUMO does not say what it makes of '\(file)'")
        }
        var values: [String: String] = [:]
        XMLElements.scanAll(Array(data)) { name, attributes in
            if let value = attributes["value"] { values[name] = value }
        }
        self.values = values
        Self.known.withLock { [values] in $0[key] = values }
    }

    /// Refuses what figures would rest on and what cannot be overridden without simulating something else.
    ///
    /// - Throws: `SUMOFailure` that names the option, the reason and what to do.
    package func check() throws(SUMOFailure) {
        for option in ["mesosim", "meso-ltm"] where isTrue(option) {
            throw refusal(option, "a mesoscopic simulation has no lanes to look at, so rewards and queues would be 0")
        }
        if isTrue("tls.all-off") { throw refusal("tls.all-off", "lights that are off cannot be controlled") }
        if let text = values["step-length"], let step = Double(text) {
            let steps = (1 / step).rounded()
            guard step > 0, steps >= 1, abs(steps * step - 1) < 1e-9 else {
                throw refusal(
                    "step-length",
                    "lights change at whole seconds, which a step of \(text) s does not divide"
                )
            }
        }
    }

    private func refusal(_ option: String, _ reason: String) -> SUMOFailure {
        SUMOFailure(
            .badInput,
            "the configuration sets \(option) to \(values[option] ?? ""): \(reason); take it out, or name a configuration "
                + "without it"
        )
    }

    private func isTrue(_ option: String) -> Bool {
        ["1", "yes", "true", "on", "x", "t"].contains(values[option]?.lowercased() ?? "")
    }

    /// The options that undo what the configuration sets and what must not be inherited.
    ///
    /// Only options that are set are named: not every SUMO knows every option.
    ///
    /// - Parameter journeys: The file of journeys, if there is to be one.
    /// - Returns: Options of the command line.
    package func overrides(journeys: String?) -> [String] {
        var options: [String] = []
        for name in values.keys.sorted() {
            if let value = replacement(of: name, journeys) { options += ["--\(name)", value] }
        }
        // A list of vehicles cannot be emptied; a certain draw beside it gives the others journeys too.
        if values["device.tripinfo.explicit"] != nil { options += ["--device.tripinfo.probability", "1"] }
        return options
    }

    private func replacement(of name: String, _ journeys: String?) -> String? {
        switch name {
        // Vehicles that are moved out of a jam, and simulations that end because of them.
        case "time-to-teleport.highways": "0"
        case "time-to-teleport.disconnected", "time-to-teleport.bidi", "time-to-teleport.ride",
            "time-to-teleport.railsignal-deadlock", "max-num-teleports":
            "-1"
        case "time-to-teleport.remove", "time-to-teleport.remove-constraint": "false"
        // Every vehicle has a journey, none only sometimes. A draw that is not needed would change other draws.
        case "device.tripinfo.probability" where values["device.tripinfo.explicit"] == nil: "-1"
        case "device.tripinfo.deterministic": "false"
        // What is read must be XML with SUMO's words in English, under the names it was given.
        case "output.format": "xml"
        case "output-suffix": ""
        case "language": "C"
        case "xml-validation.routes": "never"
        // These two are named by who wants the journeys.
        case "tripinfo-output" where journeys != nil, "statistic-output" where journeys != nil: nil
        // In SUMO 1.2x persons have a file of their own if there is one.
        case "personinfo-output" where journeys != nil: journeys
        case "save-state.period": "-1"
        case "log", "error-log", "message-log", "netstate-dump": Self.nowhere
        default: isOutput(name) ? Self.nowhere : nil
        }
    }

    /// SUMO's name for what is thrown away.
    private static let nowhere = "NUL"

    private func isOutput(_ name: String) -> Bool {
        name.hasSuffix("-output") || name.hasSuffix(".output") || name.hasPrefix("device.") && name.hasSuffix(".file")
    }
}
