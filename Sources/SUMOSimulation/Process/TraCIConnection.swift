internal import LoopbackSocket

/// The exchange of messages with one SUMO.
struct TraCIConnection: Sendable {
    let process: SUMOProcess
    private var received: [UInt8] = []
    /// How many of the received bytes belong to the message that was read last.
    private var consumed = 0

    init(_ process: SUMOProcess) {
        self.process = process
    }

    /// Sends commands as one message; their answers are fetched later.
    func send(_ commands: [TraCICommand]) throws(SUMOFailure) {
        do {
            try process.socket.send(TraCICommand.message(commands))
        } catch {
            throw process.loss("\(error)")
        }
    }

    /// Waits for one whole message and reads it; what has come of the next one is kept.
    ///
    /// - Parameters:
    ///   - subject: What was asked of SUMO, for the case that it refuses.
    ///   - read: Reads the message.
    /// - Returns: What was read.
    /// - Throws: `SUMOFailure`: a refusal with SUMO's own words, or what is wrong with the answer.
    mutating func receive<Result>(
        of subject: @autoclosure () -> String,
        _ read: (inout TraCIReader) throws(TraCIReader.Failure) -> Result
    ) throws(SUMOFailure) -> Result {
        received.removeFirst(consumed)
        consumed = 0
        let length = try waitForMessage()
        consumed = length
        var reader = TraCIReader(received.count == length ? received : Array(received[..<length]))
        do throws(TraCIReader.Failure) {
            try reader.skipLength()
            let result = try read(&reader)
            guard reader.isAtEnd else { throw TraCIReader.Failure("more than was asked for") }
            return result
        } catch {
            // What follows a refusal is of no interest any more.
            guard !error.isRefusal else {
                throw SUMOFailure(.refused, "SUMO refuses \(subject()): \(error.description)")
            }
            throw SUMOFailure(.badAnswer, "SUMO's answer to \(subject()) cannot be read: \(error)")
        }
    }

    /// Receives until there is a whole message, and returns its length.
    private mutating func waitForMessage() throws(SUMOFailure) -> Int {
        while true {
            do {
                if let length = try TraCIReader.messageLength(received), received.count >= length { return length }
            } catch {
                throw SUMOFailure(.badAnswer, "SUMO's answer cannot be read: \(error)")
            }
            do {
                try process.socket.receive(appendingTo: &received)
            } catch {
                throw process.loss("\(error)")
            }
        }
    }

    /// Asks for a variable.
    mutating func value(
        _ variable: UInt8,
        of domain: TraCICommand.Domain,
        id: String
    ) throws(SUMOFailure) -> TraCIValue {
        let command = TraCICommand.get(domain, variable: variable, id: id)
        try send([command])
        return try receive(of: command.subject) { reader throws(TraCIReader.Failure) in
            try reader.accept(command)
            return try reader.variable(variable, of: domain, id: id)
        }
    }

    /// Asks for the same variable of many objects, many of them in one message.
    mutating func values(
        _ variable: UInt8,
        of domain: TraCICommand.Domain,
        ids: [String],
        parameter: TraCIValue? = nil
    ) throws(SUMOFailure) -> [TraCIValue] {
        var values: [TraCIValue] = []
        for start in stride(from: 0, to: ids.count, by: Self.questionsPerMessage) {
            let chunk = ids[start..<min(ids.count, start + Self.questionsPerMessage)]
            let commands = chunk.map { TraCICommand.get(domain, variable: variable, id: $0, parameter: parameter) }
            try send(commands)
            var asked = 0
            try receive(of: commands[asked].subject) { reader throws(TraCIReader.Failure) in
                for (index, id) in chunk.enumerated() {
                    asked = index
                    try reader.accept(commands[index])
                    values.append(try reader.variable(variable, of: domain, id: id))
                }
            }
        }
        return values
    }

    private static let questionsPerMessage = 256
}
