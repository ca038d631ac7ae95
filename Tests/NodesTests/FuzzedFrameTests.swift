internal import Foundation
internal import FrameFuzzing
internal import Testing

@Suite struct `Frames that anybody could have sent` {
    /// A figure of this process in the kernel's books, in KiB.
    private static func memory(_ figure: String) throws -> Int {
        let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
        let line = try #require(status.split(separator: "\n").first { $0.hasPrefix(figure + ":") })
        return try #require(line.split(whereSeparator: { !$0.isNumber }).first.flatMap { Int($0) })
    }

    // In processes of their own: a trap is one failed test, and nobody else's memory is counted.

    @Test(.timeLimit(.minutes(5)))
    func `never trap and never pile up memory, a million of them`() async {
        await #expect(processExitsWith: .success) {
            let readers = FrameReaders()
            // Most frames of a run are nothing to a given reader: half of what it gets is made from those that it takes.
            var mutators = FrameReaders.Reader.allCases.map { reader in
                FrameMutator(
                    corpus: readers.corpus,
                    favorites: readers.corpus.filter { readers.read($0, by: reader) },
                    seed: 4 + UInt64(reader.rawValue)
                )
            }
            var accepted = FrameReaders.Reader.allCases.map { _ in 0 }
            func feed(_ count: Int) {
                for index in 0..<count {
                    let reader = FrameReaders.Reader.allCases[index % accepted.count]
                    if readers.read(mutators[reader.rawValue].next(), by: reader) { accepted[reader.rawValue] += 1 }
                }
            }
            feed(100_000)
            let before = try Self.memory("VmRSS")
            feed(1_200_000)
            let growth = try Self.memory("VmRSS") - before
            #expect(growth < 4096, "resident memory grew by \(growth) KiB")
            // Frames that nobody takes for frames would prove little.
            for (count, reader) in zip(accepted, FrameReaders.Reader.allCases) {
                #expect(count > 1000, "\(reader) took \(count)")
            }
        }
    }

    @Test(.timeLimit(.minutes(5)))
    func `reserve nothing for lengths up to 4 GB that they only claim`() async {
        await #expect(processExitsWith: .success) {
            let readers = FrameReaders()
            func claim(_ lengths: [UInt32]) {
                for frame in readers.corpus {
                    // The first words of large frames hold every count there is.
                    for place in 0..<min(frame.count, 24) {
                        for length in lengths {
                            var words = frame
                            words[place] = length
                            for reader in FrameReaders.Reader.allCases { readers.read(words, by: reader) }
                        }
                    }
                }
            }
            claim([0, 1])
            let before = try Self.memory("VmPeak")
            claim([0xFFFF_FFFF, 0xFFFF_FFFC, 0x8000_0000, 0x7FFF_FFFF, 0x4000_0000, 0x3FFF_FFFF])
            let growth = try Self.memory("VmPeak") - before
            #expect(growth < 65_536, "\(growth) KiB were reserved")
        }
    }

    @Test func `come from a run with every kind of frame, all of which somebody takes`() {
        let readers = FrameReaders()
        let kinds = Set(readers.corpus.map { $0[1] >> 16 })
        #expect(kinds == Set(1...21))
        // A probe is for those who are not there, and nobody here has given a shard that could be forgotten.
        for frame in readers.corpus where ![10, 15].contains(frame[1] >> 16) {
            let takers = FrameReaders.Reader.allCases.filter { readers.read(frame, by: $0) }
            #expect(!takers.isEmpty, "\(frame.prefix(8))")
        }
        for reader in FrameReaders.Reader.allCases {
            #expect(readers.corpus.contains { readers.read($0, by: reader) }, "\(reader) takes nothing")
        }
    }
}
