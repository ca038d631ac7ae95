import SUMOSimulation
import Testing

@Suite("TraCI codec")
struct TraCITests {
    @Test("a step is written as SUMO reads it")
    func stepBytes() {
        let message = TraCICommand.message([.step(until: 25_205)])
        #expect(message == [0, 0, 0, 14, 10, 0x02, 0x40, 0xD8, 0x9D, 0x40, 0, 0, 0, 0])
    }

    @Test("several commands share a message, each with its own length")
    func severalCommands() {
        let set = TraCICommand.set(.trafficLight, variable: 0x22, id: "J", .integer(5))
        let expected: [UInt8] = [
            0, 0, 0, 20, 13, 0xC2, 0x22, 0, 0, 0, 1, 0x4A, 0x09, 0, 0, 0, 5, 2, 0x7F,
        ]
        // Length byte, id, variable, counted text, typed integer: 13 bytes; then a command without a body.
        #expect(TraCICommand.message([set, .close]) == [0, 0, 0, UInt8(expected.count)] + expected[4...])
    }

    @Test("a subscription names its variables")
    func subscription() {
        let message = TraCICommand.message([.subscribe(.lane, id: "a_0", variables: [0x10, 0x14])])
        #expect(message[4] == UInt8(message.count - 4))
        #expect(message[5] == 0xD3)
        #expect(Array(message.suffix(10)) == [0, 0, 0, 3, 0x61, 0x5F, 0x30, 2, 0x10, 0x14])
    }

    @Test("a command longer than 255 bytes has its length behind a zero")
    func longCommand() throws {
        let text = String(repeating: "x", count: 300)
        let message = TraCICommand.message([.load([text])])
        #expect(Array(message[4..<9]) == [0, 0, 0, 1, 0x3B])
        var reader = TraCIReader(message)
        try reader.skipLength()
        var (identifier, body) = try reader.command()
        #expect(identifier == 0x01)
        #expect(try body.value() == .stringList([text]))
        #expect(body.isAtEnd && reader.isAtEnd)
    }

    @Test("a refusal is told in SUMO's own words, whatever comes after it")
    func refusal() throws {
        let words = "The phase index 7 is not in the allowed range [0,1]."
        let status: [UInt8] = [UInt8(words.utf8.count + 7), 0xC2, 0xFF, 0, 0, 0, UInt8(words.utf8.count)] + words.utf8
        var reader = TraCIReader(status + [1, 2, 3])
        let failure = #expect(throws: TraCIReader.Failure.self) {
            try reader.accept(.set(.trafficLight, variable: 0x22, id: "C", .integer(7)))
        }
        #expect(failure?.isRefusal == true)
        #expect(failure?.description == words)
        // A status of something else is no refusal but a mistake.
        reader = TraCIReader(status)
        let mistake = #expect(throws: TraCIReader.Failure.self) { try reader.accept(.step(until: 1)) }
        #expect(mistake?.isRefusal == false)
    }

    private static let values: [TraCIValue] = [
        .unsignedByte(200), .byte(-3), .integer(-70_000), .double(0.25), .string("Ümlaut"),
        .stringList(["a", "", "b"]),
        .doubleList([1, -2.5]), .compound([.integer(1), .compound([.string("x")]), .stringList([])]),
    ]

    /// A set command whose body ends in a value: what SUMO would have to read.
    private static func body(_ value: TraCIValue) -> [UInt8] {
        let message = TraCICommand.message([.set(.lane, variable: 1, id: "", value)])
        return Array(message[11...])
    }

    @Test("every kind of value comes back as it was written", arguments: values)
    func roundTrip(_ value: TraCIValue) throws {
        var reader = TraCIReader(Self.body(value))
        #expect(try reader.value() == value)
        #expect(reader.isAtEnd)
    }

    @Test("no truncation of a value can be read", arguments: values)
    func truncations(_ value: TraCIValue) {
        let whole = Self.body(value)
        for count in whole.indices {
            var reader = TraCIReader(Array(whole[..<count]))
            #expect(throws: TraCIReader.Failure.self) { try reader.value() }
        }
    }

    /// Statuses of two commands and two subscriptions, as SUMO sends them after a step.
    private static let answer: [UInt8] = [
        0, 0, 0, 72, 7, 0xC2, 0, 0, 0, 0, 0, 7, 0x02, 0, 0, 0, 0, 0, 0, 0, 0, 2,
        0, 0, 0, 0, 28, 0xE3, 0, 0, 0, 3, 0x61, 0x5F, 0x30, 2, 0x10, 0, 0x09, 0, 0, 0, 7, 0x14, 0, 0x09, 0, 0, 0, 3,
        22, 0xED, 0, 0, 0, 3, 0x61, 0x5F, 0x31, 1, 0x12, 0, 0x0E, 0, 0, 0, 1, 0, 0, 0, 1, 0x76,
    ]

    /// Reads the answer as a session does; returns the numbers it holds.
    private static func read(_ bytes: [UInt8]) throws -> [Int] {
        var numbers: [Int] = []
        var reader = TraCIReader(bytes)
        try reader.skipLength()
        guard try reader.status(of: 0xC2) == .done, try reader.status(of: 0x02) == .done else { return [] }
        numbers.append(Int(try reader.integer()))
        try reader.subscription(to: [0x10, 0x14], of: .lane, id: Array("a_0".utf8)) { _, value in
            numbers.append(value.integer ?? -1)
        }
        try reader.subscription(to: [0x12], of: .laneArea, id: Array("a_1".utf8)) { _, value in
            numbers.append(value.stringList?.count ?? -1)
        }
        return numbers
    }

    @Test("the answer to a step is taken apart")
    func stepAnswer() throws {
        #expect(try Self.read(Self.answer) == [2, 7, 3, 1])
        #expect(try TraCIReader.messageLength(Self.answer) == Self.answer.count)
        for count in 4..<Self.answer.count {
            #expect(throws: TraCIReader.Failure.self) { try Self.read(Array(Self.answer[..<count])) }
        }
    }

    @Test("a flipped bit gives an error or other numbers, never a trap")
    func flippedBits() {
        var errors = 0
        for index in Self.answer.indices {
            for bit in 0..<8 {
                var bytes = Self.answer
                bytes[index] ^= 1 << UInt8(bit)
                do { _ = try Self.read(bytes) } catch { errors += 1 }
            }
        }
        #expect(errors > Self.answer.count)
    }

    @Test("a message longer than any of SUMO's is refused before it is waited for")
    func hugeMessage() throws {
        #expect(try TraCIReader.messageLength([0, 0]) == nil)
        #expect(try TraCIReader.messageLength([0, 0, 1, 0]) == 256)
        #expect(throws: TraCIReader.Failure.self) { try TraCIReader.messageLength([0x7F, 0, 0, 0]) }
        #expect(throws: TraCIReader.Failure.self) { try TraCIReader.messageLength([0, 0, 0, 3]) }
    }
}
