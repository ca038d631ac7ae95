/// Saved state in parts that have names: whoever has state writes a part, and a new part moves nobody else's words.
///
/// As words: for each part its name, the number of its words, and the words.
public struct SavedSections: Sendable, Hashable {
    private struct Section: Sendable, Hashable {
        let name: String
        let words: [UInt32]
    }

    private var sections: [Section] = []

    /// Creates a state without parts.
    public init() {}

    /// Takes parts from words.
    ///
    /// - Parameter words: All words of a state.
    /// - Throws: `WordReader.Failure` when they end early or a name comes twice.
    public init(_ words: [UInt32]) throws(WordReader.Failure) {
        var reader = WordReader(words)
        while reader.remaining > 0 {
            let name = try reader.text()
            guard !names.contains(name) else { throw WordReader.Failure("there are two sections '\(name)'") }
            sections.append(Section(name: name, words: try reader.wordArray()))
        }
    }

    /// The names of the parts that are there, in their order.
    public var names: [String] { sections.map(\.name) }

    /// All parts as words.
    public var words: [UInt32] {
        var writer = WordWriter()
        for section in sections {
            writer.write(section.name)
            writer.write(section.words)
        }
        return writer.words
    }

    /// Adds a part.
    ///
    /// - Parameters:
    ///   - name: Unlike that of any other.
    ///   - words: What it holds.
    public mutating func add(_ name: String, _ words: [UInt32]) {
        precondition(!names.contains(name), "each section has a name of its own")
        sections.append(Section(name: name, words: words))
    }

    /// Adds a part.
    ///
    /// - Parameters:
    ///   - name: Unlike that of any other.
    ///   - write: Writes what it holds.
    public mutating func add(_ name: String, _ write: (inout WordWriter) -> Void) {
        var writer = WordWriter()
        write(&writer)
        add(name, writer.words)
    }

    /// Takes a part out.
    ///
    /// - Parameter name: The name.
    /// - Returns: Its words.
    /// - Throws: `WordReader.Failure` when there is none of this name.
    public mutating func take(_ name: String) throws(WordReader.Failure) -> [UInt32] {
        guard let index = sections.firstIndex(where: { $0.name == name }) else {
            throw WordReader.Failure("there is no section '\(name)'")
        }
        return sections.remove(at: index).words
    }

    /// Takes a part out and reads the whole of it.
    ///
    /// - Parameters:
    ///   - name: The name.
    ///   - read: Reads its words.
    /// - Returns: What was read.
    /// - Throws: `WordReader.Failure` when there is none, or its words are not those that were expected.
    public mutating func take<Value>(
        _ name: String,
        _ read: (inout WordReader) throws(WordReader.Failure) -> Value
    ) throws(WordReader.Failure) -> Value {
        var reader = WordReader(try take(name))
        do throws(WordReader.Failure) {
            let value = try read(&reader)
            try reader.finish()
            return value
        } catch {
            throw WordReader.Failure("section '\(name)': \(error)")
        }
    }

    /// Checks that nothing is left that nobody has taken.
    ///
    /// - Throws: `WordReader.Failure` that names it.
    public func finish() throws(WordReader.Failure) {
        guard let first = sections.first else { return }
        throw WordReader.Failure("there is a section '\(first.name)', of which this run knows nothing")
    }
}

extension SavedSections {
    /// What cohorts saved of themselves, a part each.
    ///
    /// - Parameter cohorts: In their order.
    public init(of cohorts: [SavedSections]) {
        for (index, cohort) in cohorts.enumerated() { add(Self.name(ofCohort: index), cohort.words) }
    }

    /// Takes out what cohorts saved of themselves.
    ///
    /// - Parameter count: The cohorts of the run.
    /// - Returns: What each has saved, in their order.
    /// - Throws: `WordReader.Failure` when one of them is missing or cannot be read.
    public mutating func takeCohorts(_ count: Int) throws(WordReader.Failure) -> [SavedSections] {
        var cohorts: [SavedSections] = []
        for index in 0..<count { cohorts.append(try SavedSections(take(Self.name(ofCohort: index)))) }
        return cohorts
    }

    private static func name(ofCohort index: Int) -> String { "cohort \(index)" }
}
