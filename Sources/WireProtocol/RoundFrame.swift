internal import TabularLearning

/// A round's frame for one shard: updates first (`UPDATE_Q`), then queries (`COMPUTE_Q`).
///
/// Three arrays stand one after another, so that a client can read them in place: the cells of the updates, their
/// targets, the rows of the queries.
public struct RoundFrame: Sendable {
    /// How queries are answered.
    public enum AnswerForm: UInt32, Sendable, Hashable {
        /// With whole rows of action values.
        case rows = 0
        /// With the greedy action of each row and its value.
        case maxima = 1
        /// With the greedy value of each row and the set of all actions that attain it.
        case ties = 2

        /// Reads the word of a frame.
        init(word: UInt32) throws(FrameFailure) {
            guard let form = Self(rawValue: word) else {
                throw FrameFailure(.malformed, "answer form \(word) is none of rows (0), maxima (1) and ties (2)")
            }
            self = form
        }
    }

    /// A row index that stands for a row of another shard; it is answered with zeros.
    public static let absentRow = UInt32.max

    /// The frame's header.
    public let header: FrameHeader
    /// How the queries are to be answered.
    public let answerForm: AnswerForm
    /// The number of updates.
    public let updateCount: Int
    /// The number of queries.
    public let queryCount: Int
    /// What the queries ask besides their rows.
    public let sections: Sections

    /// Which sections stand behind the rows: bits of the word that begins with the answer form.
    public struct Sections: OptionSet, Sendable, Hashable {
        /// The bits.
        public let rawValue: UInt32

        /// Takes bits.
        public init(rawValue: UInt32) {
            self.rawValue = rawValue
        }

        /// ε, then a note for each query, four to a word.
        public static let notes = Self(rawValue: 1 << 8)
        /// The allowed actions of each query in a byte, four to a word.
        public static let masks = Self(rawValue: 1 << 9)
        /// The same in two words, the low one first.
        public static let wideMasks = Self(rawValue: 1 << 10)

        /// No words: once the updates are applied, values are copied, and then the queries are answered.
        public static let copies = Self(rawValue: 1 << 11)

        /// The number of a copy in two words, behind all others: the shard keeps its cells as they are behind this round.
        ///
        /// In rounds of cohort 0 from an actor process only; the round is that of all cohorts.
        public static let cut = Self(rawValue: 1 << 12)

        /// No words: the run ends at this round.
        ///
        /// In rounds of cohort 0 from an actor process only.
        public static let end = Self(rawValue: 1 << 13)

        /// What is said to all cohorts by way of the shards.
        public static let marks: Self = [.cut, .end]

        /// The sections of a question.
        init(_ question: Question, actionCount: Int) {
            self = question.notes.isEmpty ? [] : .notes
            if !question.masks.isEmpty { insert(actionCount <= 8 ? .masks : .wideMasks) }
        }

        /// The words they take for so many queries.
        func wordCount(_ queries: Int) -> Int {
            let bytes = (queries + 3) / 4
            return (contains(.notes) ? 1 + bytes : 0) + (contains(.masks) ? bytes : 0)
                + (contains(.wideMasks) ? 2 * queries : 0) + (contains(.cut) ? 2 : 0)
        }
    }

    let words: [UInt32]
    static let start = FrameHeader.wordCount + 3

    /// Encodes a round.
    ///
    /// - Parameters:
    ///   - header: Its kind is set to `round`.
    ///   - answerForm: How the queries are to be answered.
    ///   - cells: [n] indices row × actionCount + action.
    ///   - targets: [n] targets as IEEE 754 bits.
    ///   - rows: [m] row indices.
    ///   - sections: What the queries ask besides.
    ///   - asking: The words of those sections.
    /// - Returns: The whole frame.
    public static func encode(
        header: FrameHeader,
        answerForm: AnswerForm,
        cells: ArraySlice<UInt32>,
        targets: ArraySlice<UInt32>,
        rows: ArraySlice<UInt32>,
        sections: Sections = [],
        asking: ArraySlice<UInt32> = []
    ) -> [UInt32] {
        var words: [UInt32] = []
        let payload = 3 + cells.count + targets.count + rows.count + asking.count
        words.reserveCapacity(FrameHeader.wordCount + payload)
        header.write(to: &words, payload: payload)
        words.append(UInt32(cells.count))
        words.append(UInt32(rows.count))
        words.append(answerForm.rawValue | sections.rawValue)
        words.append(contentsOf: cells)
        words.append(contentsOf: targets)
        words.append(contentsOf: rows)
        words.append(contentsOf: asking)
        return words
    }

    /// Checks the form of a round; the indices are checked by whoever knows the shard's size.
    ///
    /// - Parameters:
    ///   - words: The whole frame.
    ///   - header: Its header, already read.
    /// - Throws: `FrameFailure` when the counts do not agree with the length.
    public init(_ words: [UInt32], header: FrameHeader) throws(FrameFailure) {
        guard words.count >= Self.start else {
            throw FrameFailure(.malformed, "a round has at least \(Self.start) words")
        }
        let (updates, queries) = (Int(words[8]), Int(words[9]))
        let form = try AnswerForm(word: words[10] & 0xFF)
        let sections = Sections(rawValue: words[10] & ~0xFF)
        guard sections.isSubset(of: [.notes, .masks, .wideMasks, .copies, .cut, .end]),
            !sections.isSuperset(of: [.masks, .wideMasks]),
            form != .rows || sections.isSubset(of: [.copies, .cut, .end])
        else {
            throw FrameFailure(
                .malformed,
                "sections \(sections.rawValue >> 8) with answer form \(form.rawValue) are none"
            )
        }
        let expected = 2 * updates + queries + sections.wordCount(queries)
        guard words.count - Self.start == expected else {
            throw FrameFailure(
                .malformed,
                "\(updates) updates and \(queries) queries take \(expected) words, "
                    + "\(words.count - Self.start) follow"
            )
        }
        self.header = header
        self.words = words
        updateCount = updates
        queryCount = queries
        answerForm = form
        self.sections = sections
    }

    /// Calls `body` with the cells, the targets and the rows, in place.
    public func withSections<Result>(
        _ body: (_ cells: Span<UInt32>, _ targets: Span<UInt32>, _ rows: Span<UInt32>) throws -> Result
    ) rethrows -> Result {
        let cells = Self.start..<(Self.start + updateCount)
        let targets = cells.upperBound..<(cells.upperBound + updateCount)
        let span = words.span
        return try body(
            span.extracting(cells),
            span.extracting(targets),
            span.extracting(targets.upperBound..<(targets.upperBound + queryCount))
        )
    }
}

extension RoundFrame {
    /// Whether the table is another one after it.
    public var changesTable: Bool { updateCount > 0 || sections.contains(.copies) }

    /// What it says to all cohorts.
    public var marks: Sections { sections.intersection(.marks) }

    /// The number of the copy that it asks for; `nil` where it asks for none.
    public var cutNumber: UInt64? {
        guard sections.contains(.cut), words.count >= 2 else { return nil }
        return UInt64(words[words.count - 2]) | UInt64(words[words.count - 1]) << 32
    }

    /// The same round under another header, with its questions or without.
    public func encoded(header: FrameHeader, withQueries: Bool) -> [UInt32] {
        let cells = Self.start..<(Self.start + updateCount)
        let targets = cells.upperBound..<(cells.upperBound + updateCount)
        let rows = targets.upperBound..<(targets.upperBound + queryCount)
        return Self.encode(
            header: header,
            answerForm: answerForm,
            cells: words[cells],
            targets: words[targets],
            rows: withQueries ? words[rows] : [],
            sections: withQueries ? sections : sections.intersection(.copies),
            asking: withQueries ? words[rows.upperBound...] : []
        )
    }

    /// The AMQP message type: which sections the frame has.
    public static func type(updates: Int, queries: Int) -> String {
        switch (updates > 0, queries > 0) {
        case (true, true): "UPDATE_Q+COMPUTE_Q"
        case (true, false): "UPDATE_Q"
        default: "COMPUTE_Q"
        }
    }
}
