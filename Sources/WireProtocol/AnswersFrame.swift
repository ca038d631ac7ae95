public import TabularLearning

/// A shard's answer to the queries of one round, in their order.
public struct AnswersFrame: Sendable {
    /// The frame's header, with the sequence and cohort of the round it answers.
    public let header: FrameHeader
    /// What follows.
    public let form: RoundFrame.AnswerForm
    /// The number of queries answered.
    public let count: Int
    /// What the first cohort's round of this round said to all, or says: `cut` and `end`.
    public let marks: RoundFrame.Sections

    private let words: [UInt32]
    private static let start = FrameHeader.wordCount + 2

    /// Begins a frame of whole rows; the caller appends count × actionCount words.
    public static func beginRows(header: FrameHeader, count: Int, actionCount: Int) -> [UInt32] {
        begin(header: header, form: .rows, count: count, words: count * actionCount)
    }

    /// Begins a frame of maxima; the caller appends count values, then the actions, four to a word.
    public static func beginMaxima(header: FrameHeader, count: Int) -> [UInt32] {
        begin(header: header, form: .maxima, count: count, words: maximaWords(count))
    }

    /// Begins a frame of maxima with ties; the caller appends count values, then the sets of actions.
    public static func beginTies(header: FrameHeader, count: Int, actionCount: Int) -> [UInt32] {
        begin(header: header, form: .ties, count: count, words: tieWords(count, actionCount))
    }

    /// Encodes answers: maxima with the lowest action, or with the set of all.
    public static func encode(_ answers: GreedyAnswers, header: FrameHeader) -> [UInt32] {
        let count = answers.count
        var words =
            switch answers.choice {
            case .lowest: beginMaxima(header: header, count: count)
            case .sets: beginTies(header: header, count: count, actionCount: 8)
            case .wideSets: beginTies(header: header, count: count, actionCount: 64)
            }
        append(answers.values.span, to: &words)
        switch answers.choice {
        case .lowest: append(answers.actions.span, to: &words)
        case .sets: append(answers.sets.span, to: &words)
        case .wideSets:
            for set in answers.wideSets {
                words.append(UInt32(truncatingIfNeeded: set))
                words.append(UInt32(truncatingIfNeeded: set >> 32))
            }
        }
        return words
    }

    /// An answer to a round that asked for nothing.
    public static func nothing(form: RoundFrame.AnswerForm, header: FrameHeader) -> [UInt32] {
        begin(header: header, form: form, count: 0, words: 0)
    }

    /// Passes on in an answer what the first cohort has said to all.
    public static func mark(_ words: inout [UInt32], with marks: RoundFrame.Sections) {
        words[9] |= marks.rawValue
    }

    private static func append(_ values: Span<Float>, to words: inout [UInt32]) {
        let start = words.count
        words.append(contentsOf: repeatElement(0, count: values.count))
        var words = words.mutableSpan
        for index in 0..<values.count { words[start &+ index] = values[index].bitPattern }
    }

    private static func append(_ bytes: Span<UInt8>, to words: inout [UInt32]) {
        PackedBytes.append(bytes.count, to: &words) { bytes[$0] }
    }

    /// Checks the form of an answer.
    public init(
        _ words: [UInt32],
        header: FrameHeader,
        actionCount: Int,
        planeCount: Int = 1
    ) throws(FrameFailure) {
        guard words.count >= Self.start else {
            throw FrameFailure(.malformed, "an answer has at least \(Self.start) words")
        }
        let form = try RoundFrame.AnswerForm(word: words[9] & 0xFF)
        let marks = RoundFrame.Sections(rawValue: words[9] & ~0xFF)
        guard marks.isSubset(of: .marks) else {
            throw FrameFailure(.malformed, "an answer has no marks \(words[9] >> 8)")
        }
        let count = Int(words[8])
        let expected =
            switch form {
            case .rows: count * actionCount * planeCount
            case .maxima: Self.maximaWords(count)
            case .ties: Self.tieWords(count, actionCount)
            }
        guard words.count - Self.start == expected else {
            throw FrameFailure(
                .malformed,
                "\(count) answers take \(expected) words, \(words.count - Self.start) follow"
            )
        }
        self.header = header
        self.form = form
        self.count = count
        self.marks = marks
        self.words = words
    }

    /// Calls `body` with the rows' values as IEEE 754 bits, [count × actionCount].
    public func withRows<Result>(_ body: (Span<UInt32>) throws -> Result) rethrows -> Result {
        try body(words.span.extracting(Self.start..<words.count))
    }

    /// Calls `body` with the maxima as IEEE 754 bits and with the actions, four to a word, or the sets of them.
    public func withMaxima<Result>(
        _ body: (_ values: Span<UInt32>, _ packedChoices: Span<UInt32>) throws -> Result
    ) rethrows -> Result {
        let span = words.span
        let boundary = Self.start + count
        return try body(span.extracting(Self.start..<boundary), span.extracting(boundary..<words.count))
    }

    /// Whether every action of the maxima is one of the first `count`, and no set of them empty.
    public func actionsAreBelow(_ count: Int) -> Bool {
        switch form {
        case .rows: true
        case .maxima: highestAction < UInt32(count)
        case .ties: count <= 8 ? smallSetsAreWithin(count) : wideSetsAreWithin(count)
        }
    }

    private var highestAction: UInt32 {
        withMaxima { _, packed in
            var highest: UInt32 = 0
            for index in 0..<packed.count {
                let word = packed[index]
                highest = max(highest, word & 0xFF, (word >> 8) & 0xFF, max((word >> 16) & 0xFF, word >> 24))
            }
            return highest
        }
    }

    /// Looks at four sets at a time.
    private func smallSetsAreWithin(_ actionCount: Int) -> Bool {
        withMaxima { _, packed in
            let ones: UInt32 = 0x0101_0101
            let outside = ~(UInt32(truncatingIfNeeded: ActionMask.all(actionCount)) &* ones)
            var (found, empty) = (UInt32(0), UInt32(0))
            for index in 0..<packed.count {
                var word = packed[index]
                found |= word & outside
                // What is behind the last set is none.
                if index == count / 4 { word |= ones &<< UInt32(8 * (count % 4)) }
                empty |= (word &- ones) & ~word & 0x8080_8080
            }
            return found == 0 && empty == 0
        }
    }

    private func wideSetsAreWithin(_ actionCount: Int) -> Bool {
        withMaxima { _, words in
            let outside = ~ActionMask.all(actionCount)
            return (0..<count).allSatisfy { answer in
                let set = UInt64(words[2 * answer]) | UInt64(words[2 * answer + 1]) << 32
                return set != 0 && set & outside == 0
            }
        }
    }

    /// Whether every action of the maxima, or every set of them, lies within the mask of its query.
    ///
    /// - Parameters:
    ///   - masks: The masks of all queries of the round.
    ///   - positions: Which of them these answers belong to, in order.
    ///   - actionCount: The actions there are.
    /// - Returns: False where one of them names an action that its mask leaves out.
    public func isAllowed(by masks: [UInt64], at positions: ArraySlice<UInt32>, _ actionCount: Int) -> Bool {
        withMaxima { _, packed in
            let (masks, positions) = (masks.span, positions.span)
            var stray: UInt64 = 0
            for index in 0..<count {
                let mask = masks[Int(positions[index])]
                if form == .ties, actionCount > 8 {
                    let set = UInt64(packed[2 * index]) | UInt64(packed[2 * index + 1]) << 32
                    stray |= set & ~mask
                } else {
                    let byte = UInt64(packed[index / 4] >> UInt32(8 * (index % 4)) & 0xFF)
                    stray |= (form == .ties ? byte : 1 << byte) & ~mask
                }
            }
            return stray == 0
        }
    }

    /// Whether every value is a number: no sound worker answers with another.
    public var isFinite: Bool {
        switch form {
        case .rows: withRows { Self.areFinite($0) }
        case .maxima, .ties: withMaxima { values, _ in Self.areFinite(values) }
        }
    }

    private static func areFinite(_ values: Span<UInt32>) -> Bool {
        var highest: UInt32 = 0
        for index in 0..<values.count { highest = max(highest, values[index] & 0x7FFF_FFFF) }
        // Without its sign the least number that is not finite is infinity.
        return highest < Float.infinity.bitPattern
    }

    private static func maximaWords(_ count: Int) -> Int { count + (count + 3) / 4 }

    private static func tieWords(_ count: Int, _ actionCount: Int) -> Int {
        count + ActionValueTable.tieWordCount(of: count, actionCount: actionCount)
    }

    private static func begin(
        header: FrameHeader,
        form: RoundFrame.AnswerForm,
        count: Int,
        words payload: Int
    ) -> [UInt32] {
        var words: [UInt32] = []
        words.reserveCapacity(FrameHeader.wordCount + 2 + payload)
        header.write(to: &words, payload: 2 + payload)
        words.append(UInt32(count))
        words.append(form.rawValue)
        return words
    }
}
