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
