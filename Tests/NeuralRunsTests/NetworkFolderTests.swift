import Checkpoints
import ClassicWorlds
import Foundation
import NeuralLearning
import NeuralRuns
import Testing

@Suite("A network in a folder")
struct NetworkFolderTests {
    typealias Learner = DQNLearner<ControlWorld<CartPole>>

    static let actions = CartPole().actions

    static var settings: DQNSettings {
        var settings = DQNSettings()
        (settings.hiddenCounts, settings.isDueling, settings.batchSize) = ([20], true, 16)
        (settings.warmUp, settings.steps, settings.capacity) = (50, 400, 200)
        (settings.evaluateEvery, settings.evaluationEpisodes) = (100, 2)
        settings.replay = .prioritized(exponent: 0.6, correction: 0.4)
        return settings
    }

    static var actorSettings: ActorCriticSettings {
        var settings = ActorCriticSettings.td3
        (settings.hiddenCounts, settings.batchSize, settings.warmUp, settings.steps) = ([20], 16, 50, 400)
        (settings.capacity, settings.evaluateEvery, settings.evaluationEpisodes) = (200, 100, 2)
        return settings
    }

    /// A folder of its own, which is gone afterwards.
    static func withFolder(_ body: (String) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("network-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try body(folder.path)
    }

    /// Runs to the end, or until so many steps are taken.
    static func run<Learner: NetworkLearner>(
        _ learner: Learner,
        threads: Int = 1,
        checkpointEvery: UInt64 = 0,
        stopAt: UInt64 = .max,
        to folder: String = ""
    ) throws -> Learner {
        var team = SliceTeam(threads: threads, learner.computer)
        var run = NetworkRun(learner, checkpointEvery: checkpointEvery)
        var evaluations = 0
        _ = try run.run(
            &team,
            shouldStop: { evaluations > 0 && stopAt != .max },
            observe: { if $0.stepsTaken >= stopAt { evaluations += 1 } },
            checkpoint: { try NetworkCheckpoint.write($0, scenario: "pole", to: folder) }
        )
        return run.learner
    }

    private func learned() throws -> Learner {
        try Self.run(DQNLearner(ControlWorld(CartPole()), Self.settings))
    }

    private func write(_ learner: Learner, to folder: String) throws {
        try NetworkFolder.write(learner, scenario: "pole", actions: Self.actions, version: "1", to: folder)
    }

    @Test("is read as it was written")
    func roundTrip() throws {
        let learner = try learned()
        try Self.withFolder { folder in
            #expect(!NetworkFolder.exists(at: folder))
            try write(learner, to: folder)
            let read = try NetworkFolder(at: folder)
            #expect(read.parameters == learner.best)
            #expect(read.description == NetworkDescription(learner, scenario: "pole", actions: Self.actions))
            #expect(
                read.description.settings == LearnerSettings(Self.settings)
                    && read.description.updates == learner.updateCount
            )
            let curve = try String(contentsOfFile: "\(folder)/curve.csv", encoding: .utf8)
            #expect(curve.hasPrefix("steps,updates,mean return\n100,") && curve.split(separator: "\n").count == 5)
        }
    }

    @Test(
        "of an actor is read as it was written, with the ranges of its forces, and has them in its settings' place only"
    )
    func actor() throws {
        let world = ControlWorld(Pendulum())
        let learner = try Self.run(ActorCriticLearner(world, Self.actorSettings))
        try Self.withFolder { folder in
            try NetworkFolder.write(
                learner,
                scenario: "pendulum",
                actions: ["torque"],
                forces: [-2...2],
                version: "1",
                to: folder
            )
            let read = try NetworkFolder(at: folder)
            #expect(read.parameters == learner.best && read.description.forces == [[-2, 2]])
            #expect(read.description.settings.givesForces)
            #expect(read.description.weightsDigest == NetworkDigest(learner.learning).description)
            let file = URL(fileURLWithPath: "\(folder)/network.json")
            let text = try String(contentsOf: file, encoding: .utf8)
            for (one, other) in [("\"forces\"", "\"others\""), ("\"td3\"", "\"sac\"")] {
                #expect(text.contains(one))
                try Data(text.replacing(one, with: other).utf8).write(to: file)
                #expect(throws: FileFailure.self) { _ = try NetworkFolder(at: folder) }
            }
        }
    }

    @Test("holds arrays that numpy reads")
    func arrays() throws {
        let learner = try learned()
        try Self.withFolder { folder in
            try write(learner, to: folder)
            let file = try Data(contentsOf: URL(fileURLWithPath: "\(folder)/weights/layer-1-bias.npy"))
            #expect(
                String(decoding: file[10...], as: UTF8.self).hasPrefix(
                    "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 3)"
                )
            )
            let values = try NumpyFile.values(in: file, rowCount: 1, columnCount: 3)
            #expect(values == learner.shape.arrays(of: learner.best)[3].values)
        }
    }

    @Test("is refused where a file of it is another, cut short, or missing")
    func damage() throws {
        let learner = try learned()
        try Self.withFolder { folder in
            try write(learner, to: folder)
            for name in ["network.json", "weights/layer-0-weights.npy", "weights/layer-1-bias.npy"] {
                let file = URL(fileURLWithPath: "\(folder)/\(name)")
                let whole = try Data(contentsOf: file)
                var changed = whole
                changed[whole.count - 4] ^= 1
                for bytes in [Data(), whole.dropLast(3), whole + [0], changed] {
                    guard name.hasSuffix("npy") || bytes.count < whole.count else { continue }
                    try bytes.write(to: file)
                    #expect(throws: FileFailure.self) { _ = try NetworkFolder(at: folder) }
                }
                try FileManager.default.removeItem(at: file)
                #expect(throws: FileFailure.self) { _ = try NetworkFolder(at: folder) }
                try whole.write(to: file)
            }
            _ = try NetworkFolder(at: folder)
        }
    }

    @Test(
        "is refused where its settings are those of no run",
        arguments: [
            ("steps", "0"), ("batchSize", "2000000"), ("batchSize", "-8"), ("batchSize", "9223372036854775800"),
            ("stepCount", "-100"), ("normLimit", "1e39"), ("warmUp", "18446744073709551615"), ("evaluateEvery", "0"),
        ]
    )
    func impossibleSettings(key: String, number: String) throws {
        let learner = try learned()
        try Self.withFolder { folder in
            try write(learner, to: folder)
            let file = URL(fileURLWithPath: "\(folder)/network.json")
            let text = try String(contentsOf: file, encoding: .utf8)
            // Behind the heading, since a count of steps stands in the description, too.
            let settings = try #require(text.range(of: "\"settings\""))
            let key = try #require(text.range(of: "\"\(key)\" : ", range: settings.upperBound..<text.endIndex))
            let end = try #require(text[key.upperBound...].firstIndex { $0 == "," || $0 == "\n" })
            try Data(text.replacingCharacters(in: key.upperBound..<end, with: number).utf8).write(to: file)
            #expect(throws: FileFailure.self) { _ = try NetworkFolder(at: folder) }
        }
    }

    @Test("is refused where its description is of a network that cannot be", arguments: ["inputCount", "outputCount"])
    func impossible(key: String) throws {
        let learner = try learned()
        try Self.withFolder { folder in
            try write(learner, to: folder)
            let file = URL(fileURLWithPath: "\(folder)/network.json")
            let text = try String(contentsOf: file, encoding: .utf8)
            for number in ["-1", "0", "9999999999"] {
                let line = try #require(text.split(separator: "\n").first { $0.contains("\"\(key)\"") })
                let changed = text.replacing(line, with: "\"\(key)\" : \(number)\(line.hasSuffix(",") ? "," : "")")
                try Data(changed.utf8).write(to: file)
                #expect(throws: FileFailure.self) { _ = try NetworkFolder(at: folder) }
            }
        }
    }
}
