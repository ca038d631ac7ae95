extension GreedyAnswers {
    /// Reduces whole rows of action values to their maxima and all the actions that attain them.
    mutating func reduceToSets(_ rows: [Float], _ actionCount: Int, _ queries: StepBatch.Queries) {
        switch choice {
        case .lowest: preconditionFailure("the lowest action is no set")
        case .sets: Self.reduce(rows, actionCount, queries, &values, &sets)
        case .wideSets: Self.reduce(rows, actionCount, queries, &values, &wideSets)
        }
    }

    private static func reduce<ActionSet: FixedWidthInteger & UnsignedInteger>(
        _ rows: [Float],
        _ actionCount: Int,
        _ queries: StepBatch.Queries,
        _ values: inout [Float],
        _ sets: inout [ActionSet]
    ) {
        let (rows, offsets, masks) = (rows.span, queries.offsets.span, queries.masks.span)
        var values = values.mutableSpan
        var sets = sets.mutableSpan
        let all = ActionMask.all(actionCount)
        for query in 0..<values.count {
            let start = query &* actionCount
            var allowed = masks.isEmpty ? all : masks[query]
            precondition(allowed & ~all == 0 && allowed != 0, "a mask allows at least one of the actions")
            let isPlain = masks.isEmpty && offsets.isEmpty
            var (best, set) = (-Float.infinity, UInt64(0))
            while allowed != 0 {
                let action = allowed.trailingZeroBitCount
                let bit = allowed & (0 &- allowed)
                allowed &= allowed &- 1
                // Adding zero turns −0 into +0, as adding an offset does; a plain maximum stays as it is in the table.
                let sum = rows[start &+ action] + (offsets.isEmpty ? 0 : offsets[start &+ action])
                let value = isPlain ? rows[start &+ action] : sum
                set = value > best ? bit : value == best ? set | bit : set
                best = value > best ? value : best
            }
            values[query] = best
            sets[query] = ActionSet(truncatingIfNeeded: set)
        }
    }
}

extension GreedyAnswers {
    /// Writes the actions, or the sets of them.
    func saveChoices(to writer: inout WordWriter) {
        switch choice {
        case .lowest: writer.write(actions)
        case .sets: writer.write(sets)
        case .wideSets: writer.write(wideSets)
        }
    }

    /// Puts back what `saveChoices` wrote, and answers whether it fits the values and the actions there are.
    mutating func restoreChoices(from reader: inout WordReader, actionCount: Int) throws(WordReader.Failure) -> Bool {
        let none = ~ActionMask.all(actionCount)
        switch choice {
        case .lowest:
            actions = try reader.byteArray()
            return actions.count == count && actions.allSatisfy { $0 < actionCount }
        case .sets:
            sets = try reader.byteArray()
            return sets.count == count && sets.allSatisfy { $0 != 0 && UInt64($0) & none == 0 }
        case .wideSets:
            wideSets = try reader.longArray()
            return wideSets.count == count && wideSets.allSatisfy { $0 != 0 && $0 & none == 0 }
        }
    }

    /// Whether no action was chosen that its query's mask forbids.
    ///
    /// - Parameter masks: One per answer.
    /// - Returns: `true` where every action, or every set of them, lies within its mask.
    func choicesAreAllowed(by masks: [UInt64]) -> Bool {
        switch choice {
        case .lowest: zip(masks, actions).allSatisfy { $0 >> UInt64($1) & 1 == 1 }
        case .sets: zip(masks, sets).allSatisfy { UInt64($1) & ~$0 == 0 }
        case .wideSets: zip(masks, wideSets).allSatisfy { $1 & ~$0 == 0 }
        }
    }
}
