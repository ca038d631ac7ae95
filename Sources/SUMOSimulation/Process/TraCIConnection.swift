internal import LoopbackSocket

/// The exchange of messages with one SUMO.
struct TraCIConnection: Sendable {
    let process: SUMOProcess
    private var received: [UInt8] = []

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

    /// Waits for one whole message and reads it.
    mutating func receive<Result>(
        _ read: (inout TraCIReader) throws(TraCIReader.Failure) -> Result
    ) throws(SUMOFailure) -> Result {
        received.removeAll(keepingCapacity: true)
        while try !isComplete() {
            do {
                try process.socket.receive(appendingTo: &received)
            } catch {
                throw process.loss("\(error)")
            }
        }
        var reader = TraCIReader(received)
        do {
            try reader.skipLength()
            let result = try read(&reader)
            guard reader.isAtEnd else { throw TraCIReader.Failure("more than was asked for") }
            return result
        } catch {
            throw SUMOFailure(.badAnswer, "SUMO's answer cannot be read: \(error)")
        }
    }

    /// Whether what has come is a whole message.
    private func isComplete() throws(SUMOFailure) -> Bool {
        do {
            guard let length = try TraCIReader.messageLength(received) else { return false }
            guard received.count <= length else { throw TraCIReader.Failure("more than one answer") }
            return received.count == length
        } catch {
            throw SUMOFailure(.badAnswer, "SUMO's answer cannot be read: \(error)")
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
        let answer = try receive { reader throws(TraCIReader.Failure) -> (TraCIReader.Status, TraCIValue?) in
            let status = try reader.status(of: command.identifier)
            guard status == .done else { return (status, nil) }
            return (status, try reader.variable(variable, of: domain, id: id))
        }
        if case .refused(let reason) = answer.0 { throw SUMOFailure(.badAnswer, "SUMO refuses a question: \(reason)") }
        guard let value = answer.1 else { throw SUMOFailure(.badAnswer, "SUMO gives no answer") }
        return value
    }
}
