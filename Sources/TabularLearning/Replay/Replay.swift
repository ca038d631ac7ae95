/// What is done with a step besides learning from it once: it is remembered, and learned from again.
///
/// As it is chosen and written down: `uniform:100000:10`, `dyna-q:50`. What is behind a colon are the form's options in their
/// order; those that are left out are as if nobody had chosen.
public struct Replay: RawRepresentable, Sendable, Hashable {
    /// What is remembered, and how it is drawn from.
    public enum Form: String, Sendable, Hashable, CaseIterable {
        /// Nothing.
        case none
        /// The latest transitions, all equally likely.
        ///
        /// Source: Lin 1992.
        case uniform
        /// The latest transitions, those more likely whose error was large.
        ///
        /// Source: Schaul, Quan, Antonoglou and Silver 2016, the proportional variant.
        case prioritized
        /// Of each state and action that was tried what came of it last, all equally likely.
        ///
        /// Source: Sutton 1990; Sutton & Barto 2018, §8.2.
        case dynaQ = "dyna-q"
        /// The same with a bonus for what was not tried for long.
        ///
        /// Source: Sutton 1990; Sutton & Barto 2018, §8.3.
        case dynaQPlus = "dyna-q-plus"
        /// The same pairs, first those whose values are said to be most wrong, and then what leads to them.
        ///
        /// Source: Moore and Atkeson 1993; Peng and Williams 1993; Sutton & Barto 2018, §8.4.
        case sweeping = "prioritized-sweeping"
    }

    /// Each transition is learned from once.
    public static let none = Self(.none, [])

    /// What is remembered, and how it is drawn from.
    public let form: Form

    /// The numbers of its options, one each.
    public let numbers: [Float]

    /// The form and, where one is not as usual, its numbers.
    public var rawValue: String {
        let options = form.options
        let isUsual = zip(options, numbers).allSatisfy { $0.absence == $1 }
        return ([form.rawValue] + (isUsual ? [] : zip(options, numbers).map { $0.written($1) })).joined(separator: ":")
    }

    private init(_ form: Form, _ numbers: [Float]) {
        self.form = form
        self.numbers = numbers
    }

    /// Takes a form, and numbers behind it; `nil` where there is none, or it cannot have them.
    public init?(rawValue: String) {
        let parts = rawValue.split(separator: ":", omittingEmptySubsequences: false)
        guard let form = Form(rawValue: String(parts[0])), parts.count <= form.options.count + 1 else { return nil }
        var numbers = form.options.map(\.absence)
        for (index, part) in parts.dropFirst().enumerated() {
            guard let number = Float(part), form.options[index].allows(number) else { return nil }
            numbers[index] = number
        }
        self.init(form, numbers)
    }

    /// Why a text is none, and what would be one.
    public static func complaint(about text: String) -> String {
        let name = text.split(separator: ":", omittingEmptySubsequences: false)[0]
        guard let form = Form(rawValue: String(name)) else {
            return "not one of \(Form.allCases.map(\.rawValue).joined(separator: ", "))"
        }
        guard !form.options.isEmpty else { return "which has no numbers behind a colon" }
        let whole = ([form.rawValue] + form.options.map(\.name)).joined(separator: ":")
        return "not \(whole) with \(form.options.map(\.description).joined(separator: "; "))"
    }
}

extension Replay.Form {
    /// What may be said behind its name, in this order.
    public var options: [RuleOption] {
        let capacity = RuleOption(
            "CAPACITY",
            "transitions that a cohort remembers",
            absence: 100_000,
            within: 1...Float(Replay.mostTransitions),
            isWhole: true
        )
        let count = RuleOption(
            "COUNT",
            self == .sweeping ? "most updates a step of a lane" : "updates a step of a lane",
            absence: 10,
            within: 1...1000,
            isWhole: true
        )
        return switch self {
        case .none: []
        case .uniform: [capacity, count]
        case .prioritized:
            [
                capacity, count,
                RuleOption("EXPONENT", "of an error in its probability", absence: 0.6, within: 0...1),
                RuleOption("CORRECTION", "exponent of the weights for importance", absence: 0.4, within: 0...1),
            ]
        case .dynaQ: [count]
        case .dynaQPlus: [count, RuleOption("BONUS", "reward for √steps untried", absence: 0.001, within: 0...1e6)]
        case .sweeping: [count, RuleOption("THRESHOLD", "least error that counts", absence: 0.0001, within: 0...1e6)]
        }
    }

    /// What it is for, in a line of help.
    public var summary: String {
        switch self {
        case .none: "each transition is learned from once"
        case .uniform: "the latest transitions again, all equally likely"
        case .prioritized: "the latest transitions again, those more often whose error was large"
        case .dynaQ: "what came last of each state and action that was tried, all equally likely"
        case .dynaQPlus: "the same with a bonus for what was not tried for long, for worlds that change"
        case .sweeping: "the same, first where values are most wrong, then what leads there"
        }
    }
}

extension Replay {
    /// The most transitions that a cohort may remember.
    public static let mostTransitions = 1 << 24

    /// The updates for each transition, at most.
    public var count: Int {
        switch form {
        case .none: 0
        case .uniform, .prioritized: Int(numbers[1])
        case .dynaQ, .dynaQPlus, .sweeping: Int(numbers[0])
        }
    }

    /// The transitions that are remembered; `nil` where it is one for each state and action.
    var capacity: Int? {
        switch form {
        case .uniform, .prioritized: Int(numbers[0])
        case .none, .dynaQ, .dynaQPlus, .sweeping: nil
        }
    }

    /// Whether it remembers as many transitions as it is told, and not one of each state and action.
    public var isBounded: Bool { capacity != nil }

    /// Whether each update asks for the value that it moves too.
    var asksForValue: Bool { form == .prioritized || form == .sweeping }

    /// The exponent of an error in its probability.
    var exponent: Float { form == .prioritized ? numbers[2] : 0 }

    /// The exponent of the weights for importance.
    var correction: Float { form == .prioritized ? numbers[3] : 0 }

    /// κ.
    var bonus: Float { form == .dynaQPlus ? numbers[1] : 0 }

    /// The least error that counts.
    var threshold: Float { form == .sweeping ? numbers[1] : 0 }

    /// The rows that each update asks for, at most.
    var questionsEach: Int {
        switch form {
        case .none: 0
        case .uniform, .dynaQ, .dynaQPlus: 1
        case .prioritized: 2
        case .sweeping: 3
        }
    }

    /// The rows that a transition asks for besides its own, at most.
    public var mostQuestions: Int { count * questionsEach }

    /// Why a rule cannot be had with it; `nil` where it can.
    public func objection(to update: UpdateRule) -> String? {
        guard form != .none else { return nil }
        guard update.rule.learnsOffPolicy else {
            let able = UpdateRule.all.filter(\.learnsOffPolicy).map(\.name).joined(separator: ", ")
            return "\(update.rawValue) learns from what was just done, once, and this was done before: use \(able)"
        }
        guard !asksForValue || update.planeCount == 1 else {
            let count = update.planeCount
            return
                "\(update.rawValue) has \(count) values of an action, and the error of one is not known: use uniform or dyna-q"
        }
        return nil
    }

    /// The memory that a cohort needs for it at most, in bytes.
    ///
    /// - Parameter space: The states and actions.
    /// - Returns: The bytes; `UInt64.max` for more than can be counted.
    public func bytes(for space: StateSpace) -> UInt64 {
        guard form != .none else { return 0 }
        let entry = UInt64(MemoryLayout<RememberedTransition>.stride)
        if let capacity {
            let sums = UInt64(capacity.roundedUpToPowerOfTwo) * 2 * 8
            let priorities = (correction > 0 ? 2 : 1) * sums + 4 * UInt64(capacity)
            return UInt64(capacity) * entry + (form == .prioritized ? priorities : 0)
        }
        let (cells, isBeyond) = space.stateCount.multipliedReportingOverflow(by: UInt64(space.actionCount))
        let each: UInt64 = entry + 4 + (form == .dynaQPlus ? 8 : form == .sweeping ? 32 : 0)
        return isBeyond || cells > UInt64(Int32.max) ? .max : cells * each
    }
}

extension Replay: Codable {
    /// Reads what was chosen.
    ///
    /// - Throws: `DecodingError` where it is none.
    public init(from decoder: any Decoder) throws {
        let value = try decoder.singleValueContainer()
        let text = try value.decode(String.self)
        guard let replay = Self(rawValue: text) else {
            throw DecodingError.dataCorruptedError(
                in: value,
                debugDescription: "replay is \(text), \(Self.complaint(about: text))"
            )
        }
        self = replay
    }

    /// Writes what was chosen.
    public func encode(to encoder: any Encoder) throws {
        var value = encoder.singleValueContainer()
        try value.encode(rawValue)
    }
}

/// Each transition was learned from once before there was a choice.
public enum AbsentReplay: SettingAbsence {
    /// None.
    public static var value: Replay { .none }
}

extension Int {
    /// The least power of two that is not below it; of 0 it is 1.
    var roundedUpToPowerOfTwo: Int { self <= 1 ? 1 : 1 << (Int.bitWidth - (self - 1).leadingZeroBitCount) }
}
