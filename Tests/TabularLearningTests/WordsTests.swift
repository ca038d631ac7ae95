import TabularLearning
import Testing

@Suite("Words")
struct WordsTests {
    private var sample: WordWriter {
        var writer = WordWriter()
        writer.write(UInt32(7))
        writer.write(UInt64.max - 1)
        writer.write(-3)
        writer.write(Float(1.5))
        writer.write(Double.pi)
        writer.write(true)
        writer.write("Grüße")
        writer.write([1, 2, 3] as [UInt64])
        writer.write([0.5, -0.5] as [Float])
        writer.write([200, 1] as [UInt8])
        return writer
    }

    private func readAll(_ words: [UInt32]) throws -> Bool {
        var reader = WordReader(words)
        _ = try (reader.word(), reader.long(), reader.integer(), reader.float(), reader.double())
        _ = try (reader.truth(), reader.text(), reader.longArray(), reader.floatArray(), reader.byteArray())
        try reader.finish()
        return true
    }

    @Test("what was written is read")
    func roundTrip() throws {
        var reader = WordReader(sample.words)
        #expect(try reader.word() == 7)
        #expect(try reader.long() == .max - 1)
        #expect(try reader.integer() == -3)
        #expect(try reader.float() == 1.5)
        #expect(try reader.double() == .pi)
        #expect(try reader.truth())
        #expect(try reader.text() == "Grüße")
        #expect(try reader.longArray() == [1, 2, 3])
        #expect(try reader.floatArray() == [0.5, -0.5])
        #expect(try reader.byteArray() == [200, 1])
        try reader.finish()
    }

    @Test("every truncation is a failure and none traps")
    func truncations() {
        let words = sample.words
        for count in 0..<words.count {
            #expect(throws: WordReader.Failure.self) { try readAll(Array(words[..<count])) }
        }
    }

    @Test("a huge count is refused before anything is allocated")
    func hugeCount() {
        var reader = WordReader([.max, 1, 2])
        #expect(throws: WordReader.Failure.self) { try reader.longArray() }
    }
}

@Suite("Saved sections")
struct SavedSectionsTests {
    private static func make(_ parts: [(String, [UInt32])]) -> SavedSections {
        var sections = SavedSections()
        for (name, words) in parts { sections.add(name, words) }
        return sections
    }

    @Test("come back from their words, and are taken by name in any order")
    func roundTrip() throws {
        let original = Self.make([("curve", [1, 2]), ("α", []), ("", [3])])
        var read = try SavedSections(original.words)
        #expect(read == original)
        #expect(read.names == ["curve", "α", ""])
        #expect(try read.take("") == [3])
        #expect(try read.take("curve") { reader throws(WordReader.Failure) in try reader.long() } == 1 | 2 << 32)
        #expect(try read.take("α") == [])
        try read.finish()
    }

    @Test("that are missing, too long or unknown are named")
    func failures() throws {
        var sections = Self.make([("curve", [1, 2]), ("eligibility", [3])])
        let missing = #expect(throws: WordReader.Failure.self) { try sections.take("batch") }
        #expect(missing?.description == "there is no section 'batch'")
        let long = #expect(throws: WordReader.Failure.self) {
            try sections.take("curve") { reader throws(WordReader.Failure) in try reader.word() }
        }
        #expect(long?.description == "section 'curve': 1 words too many, from word 1 on")
        let unknown = #expect(throws: WordReader.Failure.self) { try sections.finish() }
        #expect(unknown?.description == "there is a section 'eligibility', of which this run knows nothing")
    }

    @Test("of cohorts are as many as the run has")
    func cohorts() throws {
        let cohorts = (0..<12).map { Self.make([("progress", [UInt32($0)])]) }
        var sections = SavedSections(of: cohorts)
        #expect(try sections.takeCohorts(12) == cohorts)
        try sections.finish()
        var fewer = SavedSections(of: Array(cohorts.prefix(2)))
        #expect(throws: WordReader.Failure.self) { try fewer.takeCohorts(3) }
    }
}
