internal import Foundation

/// What SUMO is started with: the user's files, and what figures rest on set where it wins.
///
/// SUMO reads a configuration itself; what follows on the command line overrides it. Files that anybody's options or
/// additional files name as outputs are never written: a prefix leads them all into a scratch folder.
struct SUMOCommandLine: Sendable {
    /// The path of the program.
    let program: String
    /// Its options without seed and port.
    let options: [String]

    /// Asks SUMO what the configuration says and adds what has to be.
    ///
    /// - Parameters:
    ///   - input: The program and the user's files.
    ///   - folder: Where whatever is written goes.
    ///   - additional: A file of additional elements, beside those of the user.
    ///   - journeys: The name of the file of journeys in the folder, if there is to be one.
    /// - Throws: `SUMOFailure` when a file is missing, or when figures would rest on something that cannot be overridden.
    init(
        _ input: SUMOInput,
        in folder: ScratchFolder,
        additional: String? = nil,
        journeys: String? = nil
    ) throws(SUMOFailure) {
        program = try input.locateProgram()
        try input.checkFiles()
        var options = input.isConfiguration ? ["--configuration-file", input.network] : ["--net-file", input.network]
        if !input.routes.isEmpty { options += ["--route-files", input.routes.joined(separator: ",")] }
        // A plus adds to what the configuration names, where a hyphen would replace it.
        let additions = (input.additional ?? []) + [additional].compactMap(\.self)
        if !additions.isEmpty { options += ["+a", additions.joined(separator: ",")] }
        if input.isConfiguration {
            let configuration = try SUMOConfiguration(reading: input.network, with: program, in: folder)
            try configuration.check()
            options += configuration.overrides(journeys: journeys.map(folder.path))
        }
        if let begin = input.begin { options += ["--begin", "\(begin)"] }
        self.options = options + Self.fixed(folder) + Self.outputs(journeys.map(folder.path))
    }

    /// The options that hold for every run, whatever a configuration says.
    private static func fixed(_ folder: ScratchFolder) -> [String] {
        [
            // Without SUMO_HOME some versions cannot check route files that name a schema on the web.
            "--xml-validation", "never", "--xml-validation.net", "never",
            // A vehicle that is taken out of a jam, or gives up before it enters, would hide it.
            "--time-to-teleport", "-1", "--max-depart-delay", "-1",
            // Seconds as numbers, with two digits.
            "--human-readable-time", "false", "--precision", "2",
            // SUMO would wait for another client.
            "--num-clients", "1",
            "--random", "false", "--no-step-log", "true", "--no-warnings", "true", "--duration-log.disable", "true",
            "--output-prefix", prefix(folder.url.path),
        ]
    }

    private static func outputs(_ journeys: String?) -> [String] {
        guard let journeys else { return [] }
        return [
            "--tripinfo-output", journeys,
            "--tripinfo-output.write-unfinished", "true", "--tripinfo-output.write-undeparted", "true",
            "--statistic-output", journeys + SUMOSession.statisticSuffix,
        ]
    }

    /// SUMO puts the prefix before the last part of a file's path: enough steps up lead to the root from anywhere.
    private static func prefix(_ folder: String) -> String {
        String(repeating: "../", count: 64) + folder.drop { $0 == "/" } + "/"
    }
}
