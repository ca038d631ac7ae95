internal import CommandBasics
internal import Foundation
internal import PolicyServing
internal import ScenarioCatalogue
internal import Scenarios
internal import TabularLearning
internal import WorldServing

/// A scenario at the end of a pipe: frames come on standard input and are answered on standard output.
struct WorldPipe {
    private let scenario: any CataloguedScenario

    init(_ scenario: any CataloguedScenario) { self.scenario = scenario }

    /// Answers until the input ends.
    ///
    /// - Throws: `CommandFailure` where what comes are no frames, or nobody listens any more.
    func serve() throws {
        let (input, output) = (FileHandle.standardInput, FileHandle.standardOutput)
        let facts = WorldFacts(
            name: type(of: scenario).name,
            space: scenario.tiles?.worldSpace ?? scenario.space,
            agents: agents,
            hasEpisodes: scenario.hasEpisodes,
            tilings: scenario.tiles?.tilingCount
        )
        var server = WorldServer(facts) { [scenario] replicas, seed throws(EnvironmentFailure) in
            try scenario.makeWorld(replicas: replicas, seed: seed)
        }
        while let count = try words(1, from: input)?.first {
            guard (1...WorldFrame.mostWords).contains(count) else {
                throw CommandFailure(
                    .badInput,
                    "a frame of \(count) words: standard input is for frames, 1 to \(WorldFrame.mostWords) words behind their "
                        + "number (docs/worlds.md)"
                )
            }
            guard let frame = try words(Int(count), from: input) else { return }
            let answer = server.answer(frame)
            do {
                try output.write(contentsOf: data([UInt32(answer.count)] + answer))
            } catch {
                throw CommandFailure(.inputOutput, "whoever steps the world listens no more")
            }
        }
    }

    /// Who acts: the places that have names, or numbers.
    private var agents: [String] {
        let count = scenario.lanesPerReplica
        guard count > 1 else { return ["agent"] }
        if case .level(_, let labels)? = (try? scenario.coder(fallingBackTo: nil))?.place?.kind,
            labels.count == count, Set(labels).count == count
        {
            return labels
        }
        return (0..<count).map { "agent \($0)" }
    }

    /// Reads words; `nil` where the input ends first.
    private func words(_ count: Int, from input: FileHandle) throws -> [UInt32]? {
        let bytes: Data?
        do {
            bytes = try input.read(upToCount: 4 * count)
        } catch {
            throw CommandFailure(.inputOutput, "standard input cannot be read: \(error)")
        }
        guard let bytes, bytes.count == 4 * count else { return nil }
        var words: [UInt32] = []
        words.reserveCapacity(count)
        var (word, shift) = (UInt32(0), UInt32(0))
        for byte in bytes {
            word |= UInt32(byte) << shift
            shift += 8
            if shift == 32 {
                words.append(word)
                (word, shift) = (0, 0)
            }
        }
        return words
    }

    private func data(_ words: [UInt32]) -> Data {
        var bytes = Data(capacity: 4 * words.count)
        for word in words {
            for shift in stride(from: 0, through: 24, by: 8) {
                bytes.append(UInt8(truncatingIfNeeded: word >> UInt32(shift)))
            }
        }
        return bytes
    }
}
