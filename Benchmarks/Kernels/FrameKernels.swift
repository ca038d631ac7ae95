internal import WireProtocol

extension Kernel {
    /// A round's frame with as many updates as queries.
    static let frames = [
        Kernel("encode RoundFrame", size: rows, "lanes", runs: 64) {
            let sections = (0..<UInt32(rows)).map { $0 }
            var words: [UInt32] = []
            return { words = encodeRound(sections) }
        },
        Kernel("decode RoundFrame", size: 1, "frames", runs: 1_024) {
            let words = encodeRound((0..<UInt32(rows)).map { $0 })
            var sum = 0
            return { sum &+= decodeRound(words) }
        },
    ]

    private static func encodeRound(_ section: [UInt32]) -> [UInt32] {
        RoundFrame.encode(
            header: FrameHeader(kind: .round, epoch: 1),
            answerForm: .maxima,
            cells: section[...],
            targets: section[...],
            rows: section[...]
        )
    }

    private static func decodeRound(_ words: [UInt32]) -> Int {
        guard let header = try? FrameHeader(of: words), let round = try? RoundFrame(words, header: header) else {
            preconditionFailure("a frame that was encoded can be decoded")
        }
        return round.withSections { cells, targets, rows in Int(cells[0] &+ targets[1] &+ rows[2]) }
    }
}
