import Configuration
import Foundation

/// Commands like the program's, in the form of the argument parser's dump.
enum TestTree {
    static let dump = """
        {"serializationVersion": 0, "command": {"commandName": "prog", "arguments": [
            {"kind": "option", "names": [{"kind": "long", "name": "config"}], "isRepeating": false,
             "parsingStrategy": "default", "valueName": "config"},
            {"kind": "flag", "names": [{"kind": "short", "name": "h"}, {"kind": "long", "name": "help"}],
             "isRepeating": false, "parsingStrategy": "default", "valueName": "help"}],
          "subcommands": [
            {"commandName": "train", "arguments": [
                {"kind": "positional", "valueName": "scenario", "isRepeating": false, "parsingStrategy": "default"},
                {"kind": "option", "names": [{"kind": "long", "name": "broker"}], "defaultValue": "memory",
                 "isRepeating": false, "parsingStrategy": "default", "valueName": "broker"},
                {"kind": "option", "names": [{"kind": "long", "name": "steps"}], "isRepeating": false,
                 "parsingStrategy": "default", "valueName": "steps"},
                {"kind": "option", "names": [{"kind": "long", "name": "checkpoint-every"}], "isRepeating": false,
                 "parsingStrategy": "default", "valueName": "checkpoint-every"},
                {"kind": "option", "names": [{"kind": "long", "name": "replay"}], "isRepeating": true,
                 "parsingStrategy": "default", "valueName": "replay"},
                {"kind": "flag", "names": [{"kind": "long", "name": "quiet"}, {"kind": "short", "name": "q"}],
                 "isRepeating": false, "parsingStrategy": "default", "valueName": "quiet"},
                {"kind": "flag", "names": [{"kind": "long", "name": "sees-queues"}], "isRepeating": false,
                 "parsingStrategy": "default", "valueName": "sees-queues"},
                {"kind": "flag", "names": [{"kind": "long", "name": "no-sees-queues"}], "isRepeating": false,
                 "parsingStrategy": "default", "valueName": "no-sees-queues"},
                {"kind": "flag", "names": [{"kind": "long", "name": "evaluation"}], "defaultValue": "--evaluation",
                 "isRepeating": false, "parsingStrategy": "default", "valueName": "evaluation"},
                {"kind": "flag", "names": [{"kind": "long", "name": "no-evaluation"}], "isRepeating": false,
                 "parsingStrategy": "default", "valueName": "no-evaluation"}]},
            {"commandName": "measure", "defaultSubcommand": "plain", "shouldDisplay": true, "subcommands": [
                {"commandName": "walk", "shouldDisplay": true, "arguments": [
                    {"kind": "option", "names": [{"kind": "long", "name": "steps"}], "isRepeating": false,
                     "parsingStrategy": "default", "valueName": "n"},
                    {"kind": "flag", "names": [{"kind": "short", "name": "q"}, {"kind": "long", "name": "quiet"}],
                     "isRepeating": false, "parsingStrategy": "default", "valueName": "quiet"},
                    {"kind": "option", "names": [{"kind": "long", "name": "slip"}], "isRepeating": false,
                     "parsingStrategy": "default", "valueName": "p"}]},
                {"commandName": "drive", "shouldDisplay": true, "arguments": [
                    {"kind": "option", "names": [{"kind": "long", "name": "steps"}], "isRepeating": false,
                     "parsingStrategy": "default", "valueName": "n"},
                    {"kind": "flag", "names": [{"kind": "long", "name": "night"}], "isRepeating": false,
                     "parsingStrategy": "default", "valueName": "night"},
                    {"kind": "option", "names": [{"kind": "long", "name": "rows"}], "isRepeating": false,
                     "parsingStrategy": "default", "valueName": "n"}]},
                {"commandName": "plain", "shouldDisplay": false, "arguments": [
                    {"kind": "option", "names": [{"kind": "long", "name": "run"}], "isRepeating": false,
                     "parsingStrategy": "default", "valueName": "name"},
                    {"kind": "option", "names": [{"kind": "long", "name": "resume"}], "isRepeating": false,
                     "parsingStrategy": "default", "valueName": "folder"}]}]},
            {"commandName": "worker", "arguments": [
                {"kind": "option", "names": [{"kind": "long", "name": "broker"}], "isRepeating": false,
                 "parsingStrategy": "default", "valueName": "broker"},
                {"kind": "option", "names": [{"kind": "long", "name": "run"}], "isRepeating": false,
                 "parsingStrategy": "default", "valueName": "name"},
                {"kind": "option", "names": [{"kind": "long", "name": "wait"}], "defaultValue": "300",
                 "isRepeating": false, "parsingStrategy": "default", "valueName": "wait"}]},
            {"commandName": "table", "subcommands": [
                {"commandName": "export", "arguments": [
                    {"kind": "positional", "valueName": "folder", "isRepeating": false, "parsingStrategy": "default"},
                    {"kind": "positional", "valueName": "target", "isRepeating": false, "parsingStrategy": "default"},
                    {"kind": "option", "names": [{"kind": "long", "name": "format"}], "defaultValue": "csv",
                     "isRepeating": false, "parsingStrategy": "default", "valueName": "format"}]}]}]}}
        """

    /// What the arguments become, with a file of this text where they name `run.yaml`.
    static func effective(
        _ arguments: [String],
        environment: [String: String] = [:],
        file: String? = nil,
        listing hidden: String? = nil
    ) throws -> EffectiveConfiguration {
        var arguments = arguments
        var path: URL?
        if let file {
            let url = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID().uuidString).yaml")
            try Data(file.utf8).write(to: url)
            arguments = arguments.map { $0 == "run.yaml" ? url.path : $0 }
            path = url
        }
        defer { if let path { try? FileManager.default.removeItem(at: path) } }
        return try EffectiveConfiguration(
            arguments: arguments,
            environment: environment,
            tree: CommandTree(helpDump: dump, choice: "scenario", listing: hidden),
            own: .init(["SHARDQ_BROKER", "SHARDQ_AMQP_PASSWORD"], overriding: ["broker": "SHARDQ_BROKER"])
        )
    }
}
