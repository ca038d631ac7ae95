import Foundation
import InputFuzzing
import Testing

@Suite("What people and strangers write", .timeLimit(.minutes(5)))
struct InputFuzzingTests {
    /// Sound and hostile examples, beside those that libFuzzer has kept.
    private static let corpus = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Fuzzing/corpus")

    private func withReaders(_ body: (InputReaders) throws -> Void) async throws {
        let readers = try await InputReaders()
        do {
            try body(readers)
        } catch {
            await readers.stop()
            throw error
        }
        await readers.stop()
    }

    @Test(
        "is read to its end, as it is and changed a little, whatever it is",
        arguments: [
            (InputReaders.Reader.yaml, 150), (.topology, 150), (.address, 400), (.request, 40),
        ]
    )
    func texts(reader: InputReaders.Reader, changes: Int) async throws {
        let folder = Self.corpus.appending(path: "\(reader)")
        let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
        try #require(files.count >= 5)
        var random = Draws(seed: UInt64(reader.rawValue) + 1)
        try await withReaders { readers in
            for file in files.sorted(by: { $0.path < $1.path }) {
                let example = Array(try Data(contentsOf: file))
                #expect(readers.read(example, by: reader) == nil)
                for _ in 0..<changes where example.count < 4096 {
                    let changed = random.change(example)
                    #expect(readers.read(changed, by: reader) == nil, "\(Data(changed).base64EncodedString())")
                }
            }
        }
    }

    @Test("a run whose saved words were changed is refused or goes on, and never traps")
    func states() async throws {
        var random = Draws(seed: 7)
        try await withReaders { readers in
            for number in 0..<6_000 {
                let changes = (0...random.below(2)).flatMap { _ in (0..<7).map { _ in UInt8(random.below(256)) } }
                #expect(readers.read([UInt8(number % 6)] + changes, by: .state) == nil)
            }
        }
    }
}

/// Numbers that are the same every time.
private struct Draws {
    /// What means something in one of the formats.
    private static let marks = Array("[]{}&*:-?!|>\"'%@#,\n \t<=/0".utf8)

    private var state: UInt64

    init(seed: UInt64) {
        state = seed &* 0x9E37_79B9_7F4A_7C15
    }

    mutating func below(_ limit: Int) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int((state >> 33) % UInt64(limit))
    }

    /// A copy in which something is changed, missing, doubled or too much.
    mutating func change(_ example: [UInt8]) -> [UInt8] {
        var bytes = example
        for _ in 0...below(4) where !bytes.isEmpty {
            let place = below(bytes.count)
            switch below(5) {
            case 0: bytes[place] = UInt8(below(256))
            case 1: bytes[place] = Self.marks[below(Self.marks.count)]
            case 2: bytes.removeSubrange(place..<min(bytes.count, place + 1 + below(8)))
            case 3:
                bytes.insert(contentsOf: bytes[place..<min(bytes.count, place + 1 + below(32))], at: below(bytes.count))
            default: bytes.insert(contentsOf: Array(repeating: bytes[place], count: below(64)), at: place)
            }
        }
        return bytes
    }
}
