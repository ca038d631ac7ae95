public import TabularLearning

extension RoundFrame {
    /// Encodes what a part of a cohort's queries asks.
    ///
    /// - Parameters:
    ///   - question: What all of them ask; it adds nothing to action values.
    ///   - positions: Which of them, in the order of the frame's rows.
    ///   - actionCount: The actions there are.
    /// - Returns: The sections and their words.
    public static func encode(
        _ question: Question,
        of positions: ArraySlice<UInt32>,
        actionCount: Int
    ) -> (Sections, [UInt32]) {
        let sections = Sections(question, actionCount: actionCount)
        guard !positions.isEmpty, !sections.isEmpty else { return ([], []) }
        var words: [UInt32] = []
        words.reserveCapacity(sections.wordCount(positions.count))
        let places = positions.span
        if sections.contains(.notes) {
            words.append(question.epsilon.bitPattern)
            let notes = question.notes.span
            PackedBytes.append(places.count, to: &words) { notes[Int(places[$0])] }
        }
        if sections.contains(.masks) {
            let masks = question.masks.span
            PackedBytes.append(places.count, to: &words) { UInt8(truncatingIfNeeded: masks[Int(places[$0])]) }
        }
        if sections.contains(.wideMasks) {
            for position in positions {
                let mask = question.masks[Int(position)]
                words.append(UInt32(truncatingIfNeeded: mask))
                words.append(UInt32(truncatingIfNeeded: mask >> 32))
            }
        }
        return (sections, words)
    }

    /// Reads what the queries ask, and checks that it can be answered.
    ///
    /// - Parameter actionCount: The actions there are.
    /// - Returns: The question, empty where only maxima are asked for.
    /// - Throws: `FrameFailure` when a note or a mask names an action that is none, or a mask names none at all.
    public func question(actionCount: Int) throws(FrameFailure) -> Question {
        var question = Question()
        var start = Self.start + 2 * updateCount + queryCount
        if sections.contains(.notes) {
            question.epsilon = Float(bitPattern: words[start])
            question.notes = bytes(from: start + 1)
            start += 1 + (queryCount + 3) / 4
            guard (0...1).contains(question.epsilon) else {
                throw FrameFailure(.malformed, "\(question.epsilon) is no probability")
            }
            guard Self.nameActions(question.notes.span, below: actionCount) else {
                throw FrameFailure(.malformed, "a note names an action that is none")
            }
        }
        if sections.contains(.masks) { question.masks = bytes(from: start).map { UInt64($0) } }
        if sections.contains(.wideMasks) {
            question.masks = (0..<queryCount).map {
                UInt64(words[start + 2 * $0]) | UInt64(words[start + 2 * $0 + 1]) << 32
            }
        }
        guard question.masks.allSatisfy({ $0 != 0 && $0 & ~ActionMask.all(actionCount) == 0 }) else {
            throw FrameFailure(.malformed, "a mask names an action that is none, or no action at all")
        }
        return question
    }

    private func bytes(from start: Int) -> [UInt8] {
        PackedBytes.bytes(queryCount, in: words.span.extracting(start..<start + (queryCount + 3) / 4))
    }

    /// Whether who explores takes an action that there is; without a branch.
    private static func nameActions(_ notes: Span<UInt8>, below actionCount: Int) -> Bool {
        let limit = UInt8(clamping: actionCount)
        var strays: UInt8 = 0
        for index in 0..<notes.count {
            let action = notes[index] & 127
            strays |= (action >= limit ? 1 : 0) & (action == 127 ? 0 : 1)
        }
        return strays == 0
    }
}
