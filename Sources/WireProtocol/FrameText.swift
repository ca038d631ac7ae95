internal import TabularLearning

/// A frame in a line for people who read along: what it is for, and the numbers in it, of which the first are shown.
public struct FrameText: Sendable, CustomStringConvertible {
    /// The frame's header; `nil` of an offer in another version of the protocol.
    public let header: FrameHeader?
    /// The name of the mailbox that who sends it reads, if the frame says so: of a worker or an actor process that is there.
    public let sendersMailbox: String?
    /// The line.
    public let description: String

    /// Reads a frame.
    ///
    /// - Throws: `FrameFailure` when it is none.
    public init(_ words: [UInt32]) throws(FrameFailure) {
        guard !Self.isOffer(words) else {
            let offer = try JoinFrame(words)
            (header, sendersMailbox) = (try? FrameHeader(of: words), "worker.\(offer.worker)")
            let version = offer.version == FrameHeader.version ? "" : " of version \(offer.version)"
            let wish = offer.isLeaving ? "wants to go" : "offers itself"
            description =
                "epoch \(offer.epoch) worker \(offer.worker)\(version) \(wish), has \(offer.shardCount) shards"
            return
        }
        let header = try FrameHeader(of: words)
        self.header = header
        let enlistment = header.kind == .enlistment ? try EnlistmentFrame(words, header: header) : nil
        sendersMailbox = enlistment.map { "actor.\($0.name)" }
        description = (["epoch \(header.epoch)"] + (try Self.parts(of: words, header))).joined(separator: " ")
    }

    /// Whether a worker has sent it; the master answers a wish to go by a frame of that kind without a name.
    private static func isOffer(_ words: [UInt32]) -> Bool {
        JoinFrame.isJoin(words) && words.count > FrameHeader.wordCount
    }

    /// What a frame says behind its epoch.
    private static func parts(of words: [UInt32], _ header: FrameHeader) throws(FrameFailure) -> [String] {
        let round = "shard \(header.shard) cohort \(header.cohort) number \(header.sequence)"
        let moving = "shard \(header.shard) term \(header.term)"
        switch header.kind {
        case .round: return [round, text(of: try RoundFrame(words, header: header))]
        case .answers: return [round, try answers(words)]
        case .dumpRequest, .give:
            let request = try DumpRequestFrame(words)
            let place = header.kind == .give ? moving : "shard \(header.shard) copy \(header.sequence)"
            return [place, "cells \(request.start)..<\(request.start + request.count)"]
        case .cells:
            return ["shard \(header.shard) copy \(header.sequence)", text(of: try CellsFrame(words))]
        case .load: return [moving, "next round \(header.sequence)", text(of: try CellsFrame(words))]
        case .loaded: return [moving, "cells taken \(header.sequence)"]
        case .assignment, .take: return [text(of: try AssignmentFrame(words, header: header))]
        case .stop, .refusal: return ["\"\(try NoticeFrame(words).reason)\""]
        case .ready, .given: return [moving]
        case .leave: return ["\(header.sequence) shards will be taken"]
        case .enlistment, .cohorts, .state, .mark, .progress: return [try text(ofActors: words, header)]
        case .wish: return [try text(of: WishFrame(words, header: header))]
        case .status: return [try text(of: StatusFrame(words, header: header))]
        case .network:
            let network = try NetworkFrame(words)
            return ["computer \(network.code), \(network.computer.count) words"]
        case .slices:
            let frame = try SlicesFrame(words)
            let changed = few(frame.changed.map { "\($0.place) (\($0.words.count) words)" })
            return ["task \(header.sequence), slices \(slices(frame.first, frame.slices.count)), arrays \(changed)"]
        case .gradients:
            let frame = try GradientsFrame(words)
            return ["task \(header.sequence), slices \(slices(frame.first, frame.count)), \(frame.words.count) words"]
        case .probe: return []
        case .join: throw FrameFailure(.malformed, "an offer without a name")
        }
    }

    private static func text(of round: RoundFrame) -> String {
        let copies = round.sections.contains(.copies) ? ", copies values" : ""
        return round.withSections { cells, targets, rows in
            let targets = targets.indices.map { Float(bitPattern: targets[$0]) }
            return "cells \(few(cells.indices.map { cells[$0] })) → \(few(targets)), "
                + "rows \(few(rows.indices.map { rows[$0] })) as \(round.answerForm)\(copies)"
        }
    }

    private static func text(of cells: CellsFrame) -> String {
        "cells \(cells.start)..<\(cells.start + cells.cells.count) after \(cells.updateCount) updates, "
            + "values \(few(cells.cells.map(\.value)))"
    }

    private static func text(of assignment: AssignmentFrame) -> String {
        let shards = assignment.shards.map { "\($0.index) (\($0.rowCount) rows)" }
        return "shards \(few(shards)), \(assignment.actionCount) actions, Q₀ \(assignment.initialValue), "
            + "α \(assignment.stepSize), \(assignment.update.rawValue)"
    }

    private static func slices(_ first: UInt32, _ count: some BinaryInteger) -> String {
        "\(first) and \(count) from it on"
    }

    /// What the master and actor processes tell each other.
    private static func text(ofActors words: [UInt32], _ header: FrameHeader) throws(FrameFailure) -> String {
        let place = "cohort \(header.cohort) round \(header.sequence)"
        switch header.kind {
        case .enlistment:
            let offer = try EnlistmentFrame(words, header: header)
            return "actor process \(offer.name) offers itself, session \(offer.session)"
        case .cohorts:
            let frame = try CohortsFrame(words, header: header)
            let beginning = frame.round.map { "behind round \($0)" } ?? "at the beginning"
            return "cohorts \(frame.cohorts) of \(frame.cohortCount) \(beginning), workers \(few(frame.workers))"
        case .state:
            let part = try StateFrame(words)
            return "\(place), words \(part.start)..<\(part.start + part.words.count) of \(part.total)"
        case .mark: return "\(try MarkFrame(words)), copy \(header.sequence)"
        default: return try ProgressFrame(words).isDone ? "\(place), all is done" : place
        }
    }

    private static func text(of wish: WishFrame) -> String { "\(wish.asker) wishes \(wish.number): \(wish.wish)" }

    private static func text(of status: StatusFrame) -> String {
        let answer = status.refusal.map { "refused, \"\($0)\"" } ?? "\"\(status.note)\""
        let shards = status.workers.map { "\($0.name) (\($0.shards.count) shards)" }
        return "to wish \(status.number): \(answer), round \(status.round), workers \(few(shards))"
    }

    /// Answers tell their form and their number, and not how wide a row is or how many actions there are.
    private static func answers(_ words: [UInt32]) throws(FrameFailure) -> String {
        let first = FrameHeader.wordCount + 2
        guard words.count >= first else { throw FrameFailure(.malformed, "an answer has at least \(first) words") }
        let (count, form) = (Int(words[first - 2]), try RoundFrame.AnswerForm(word: words[first - 1]))
        let payload = words[first...]
        guard form != .rows else { return "values \(few(values(payload)))" }
        guard count <= payload.count else {
            throw FrameFailure(.malformed, "\(count) answers in \(payload.count) words")
        }
        let (maxima, choices) = (values(payload.prefix(count)), payload.dropFirst(count))
        let name = form == .ties ? "sets" : "actions"
        let isWide = form == .ties && choices.count == 2 * count
        return "values \(few(maxima)), \(name) \(isWide ? few(pairs(choices)) : few(bytes(choices, count)))"
    }

    private static func values(_ words: ArraySlice<UInt32>) -> [Float] { words.map { Float(bitPattern: $0) } }

    /// Four to a word, the lowest byte first.
    private static func bytes(_ words: ArraySlice<UInt32>, _ count: Int) -> [UInt32] {
        Array(words.flatMap { word in (0..<4).map { (word >> UInt32(8 * $0)) & 0xFF } }.prefix(count))
    }

    /// Two words each, the low one first.
    private static func pairs(_ words: ArraySlice<UInt32>) -> [UInt64] {
        stride(from: words.startIndex, to: words.endIndex - 1, by: 2)
            .map { UInt64(words[$0]) | UInt64(words[$0 + 1]) << 32 }
    }

    /// More are not read, but counted.
    private static let mostShown = 8

    private static func few(_ items: some Collection<some Any>) -> String {
        let shown = items.prefix(mostShown).map { "\($0)" }.joined(separator: " ")
        return items.count > mostShown ? "[\(shown) … \(items.count) in all]" : "[\(shown)]"
    }
}
