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
        if sections.contains(.notes) {
            words.append(question.epsilon.bitPattern)
            pack(positions, to: &words) { question.notes[$0] }
        }
        if sections.contains(.masks) {
            pack(positions, to: &words) { UInt8(truncatingIfNeeded: question.masks[$0]) }
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

    @inline(__always)
    private static func pack(_ positions: ArraySlice<UInt32>, to words: inout [UInt32], _ byte: (Int) -> UInt8) {
        let (positions, start) = (positions.span, words.count)
        words.append(contentsOf: repeatElement(0, count: (positions.count + 3) / 4))
        var words = words.mutableSpan
        for index in 0..<positions.count {
            words[start + index / 4] |= UInt32(byte(Int(positions[index]))) << UInt32(8 * (index % 4))
        }
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
            let notes = question.notes.map(QueryNote.init)
            guard notes.allSatisfy({ !$0.explores || $0.action < actionCount }) else {
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
        (0..<queryCount).map { UInt8(truncatingIfNeeded: words[start + $0 / 4] >> UInt32(8 * ($0 % 4))) }
    }
}
