internal import ArgumentParser
internal import ScenarioCatalogue

/// The forms a table can be written in: those that every table has, and those of its scenario.
enum TableFormat: Hashable, ExpressibleByArgument {
    case csv, json, npy, decisions, onnx, image
    /// A form of one scenario, by its name.
    case scenario(String)

    private static let common: [TableFormat] = [.csv, .json, .npy, .decisions, .onnx, .image]

    /// What stands behind `--format`.
    var name: String {
        if case .scenario(let name) = self { name } else { "\(self)" }
    }

    var defaultValueDescription: String { name }

    init?(argument: String) {
        if let common = Self.common.first(where: { $0.name == argument }) {
            self = common
        } else if Self.ofScenarios.contains(argument) {
            self = .scenario(argument)
        } else {
            return nil
        }
    }

    private static var ofScenarios: [String] { Catalogue.entries.flatMap { $0.exports.map(\.name) } }

    /// The names of all.
    static var allValueStrings: [String] { common.map(\.name) + ofScenarios }

    /// The forms of scenarios, a line each.
    static var scenarioForms: String {
        Catalogue.entries.flatMap { entry in
            entry.exports.map { "  \($0.name) (\(entry.name)): \($0.help)" }
        }
        .joined(separator: "\n")
    }
}
