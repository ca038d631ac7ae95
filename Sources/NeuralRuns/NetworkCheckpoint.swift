public import Checkpoints
internal import Foundation
internal import Hashing
public import NeuralLearning
internal import TabularLearning

/// A run that goes on later: `checkpoint.bin`, words of 32 bits and then the SHA-256 of them.
///
/// The words are a text of settings and scenario, by which a run is known, and the sections of the learner.
public struct NetworkCheckpoint: Sendable {
    /// The name of the file.
    public static let fileName = "checkpoint.bin"

    /// What stands in front, to know a run by and to make a learner of.
    private struct Head: Codable {
        var format = 1
        var scenario: String
        var settings: LearnerSettings
    }

    /// The scenario's name.
    public let scenario: String
    /// The run's settings.
    public let settings: LearnerSettings
    private let sections: SavedSections
    private let file: String

    /// More than a memory of a million transitions of any world here takes.
    private static let mostBytes = 1 << 31

    /// More than settings take.
    private static let mostHeadBytes = 1 << 16

    /// Writes a run down; what was there before is replaced as a whole.
    ///
    /// - Throws: `FileFailure` with code `inaccessible`.
    public static func write<Learner: NetworkLearner>(
        _ learner: Learner,
        scenario: String,
        to folder: String
    ) throws(FileFailure) {
        var writer = WordWriter()
        let head = JSONText.data(Head(scenario: scenario, settings: LearnerSettings(learner.settings)), isPretty: false)
        writer.write(String(decoding: head, as: UTF8.self))
        writer.append(learner.saved.words)
        var data = Data()
        data.reserveCapacity(4 * writer.words.count + SHA256.byteCount)
        for word in writer.words { data.append(word: word) }
        data += SHA256.hash(data)
        try AtomicFile.write(data, to: URL(fileURLWithPath: folder).appendingPathComponent(fileName))
    }

    /// Whether a folder has one.
    public static func exists(in folder: String) -> Bool {
        FileManager.default.fileExists(atPath: "\(folder)/\(fileName)")
    }

    /// Whose run a folder's checkpoint says it is, from the beginning of the file: enough to choose by what to do with it.
    ///
    /// - Returns: The scenario's name and the learner's.
    /// - Throws: `FileFailure` that names the file when that cannot be read.
    public static func owner(in folder: String) throws(FileFailure) -> (scenario: String, learner: String) {
        let file = "\(folder)/\(fileName)"
        guard let handle = FileHandle(forReadingAtPath: file), let data = try? handle.read(upToCount: mostHeadBytes)
        else {
            throw FileFailure(.inaccessible, "cannot read \(file)")
        }
        do {
            var reader = WordReader(words(of: data))
            let head = try JSONDecoder().decode(Head.self, from: Data(reader.text().utf8))
            return (head.scenario, head.settings.learnerName)
        } catch {
            throw FileFailure(.damaged, "\(file) does not hold a run: \(error)")
        }
    }

    /// Reads what a folder has.
    ///
    /// - Throws: `FileFailure` that names the file when it is not whole, or not ours.
    public init(from folder: String) throws(FileFailure) {
        file = "\(folder)/\(Self.fileName)"
        let size = try DiskFiles().byteCount(of: file)
        guard size >= SHA256.byteCount, size.isMultiple(of: 4), size <= Self.mostBytes else {
            throw FileFailure(.damaged, "\(file) has \(size) bytes: it is no checkpoint of a network, or was cut short")
        }
        let data = try AtomicFile.read(URL(fileURLWithPath: file))
        let content = Data(data.dropLast(SHA256.byteCount))
        guard SHA256.hash(content) == Array(data.suffix(SHA256.byteCount)) else {
            throw FileFailure(.damaged, "\(file) is damaged: its SHA-256 is another than the one at its end")
        }
        do {
            var reader = WordReader(Self.words(of: content))
            let head = try JSONDecoder().decode(Head.self, from: Data(reader.text().utf8))
            guard head.format == 1, head.settings.objection == nil else {
                throw WordReader.Failure("its settings are of another release")
            }
            (scenario, settings) = (head.scenario, head.settings)
            sections = try SavedSections(Array(reader.words(reader.remaining)))
        } catch {
            throw FileFailure(.damaged, "\(file) does not hold a run: \(error)")
        }
    }

    private static func words(of data: Data) -> [UInt32] {
        let bytes = data.span
        return (0..<(bytes.count / 4)).map { index in
            (0..<4).reduce(UInt32(0)) { $0 | UInt32(bytes[4 * index + $1]) << UInt32(8 * $1) }
        }
    }

    /// The learner as it was.
    ///
    /// - Throws: `FileFailure` when what was saved is of another learner, or not of this world.
    public func learner<Learner: NetworkLearner>(in world: Learner.World) throws(FileFailure) -> Learner {
        guard let settings = settings.value as? Learner.Settings else {
            throw FileFailure(.foreign, "\(file) holds a run of --learner \(settings.learnerName)")
        }
        var learner = Learner(world, settings)
        do throws(WordReader.Failure) {
            try learner.restore(sections)
        } catch {
            throw FileFailure(.damaged, "\(file) does not hold a run: \(error)")
        }
        return learner
    }
}
