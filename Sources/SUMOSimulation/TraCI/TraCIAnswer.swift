/// What SUMO answers, part by part.
extension TraCIReader {
    /// The first thing after a command: whether it was carried out.
    package enum Status: Sendable, Hashable {
        /// It was.
        case done
        /// It was not, for a reason that SUMO gives.
        case refused(String)
    }

    /// Reads the length of the message and leaves the reader before its first status.
    package mutating func skipLength() throws(Failure) { _ = try integer() }

    /// Reads the status of a command.
    ///
    /// - Throws: `Failure` when it is the status of another command.
    package mutating func status(of identifier: UInt8) throws(Failure) -> Status {
        var (found, body) = try command()
        guard found == identifier else { throw Failure("the status of command \(found) instead of \(identifier)") }
        let result = try body.byte()
        let reason = try body.string()
        return result == 0 ? .done : .refused(reason)
    }

    /// Reads the status of a command that has to be carried out.
    ///
    /// - Throws: `Failure`, a refusal with SUMO's words when it was not.
    package mutating func accept(_ command: TraCICommand) throws(Failure) {
        if case .refused(let reason) = try status(of: command.identifier) { throw Failure(refusal: reason) }
    }

    /// Reads the protocol's version and SUMO's name.
    package mutating func version() throws(Failure) -> (protocolVersion: Int, program: String) {
        var (identifier, body) = try command()
        guard identifier == 0 else { throw Failure("answer \(identifier) instead of a version") }
        return (Int(try body.integer()), try body.string())
    }

    /// Reads the value that was asked for.
    package mutating func variable(
        _ variable: UInt8,
        of domain: TraCICommand.Domain,
        id: String
    ) throws(Failure) -> TraCIValue {
        var (identifier, body) = try command()
        guard identifier == domain.answer, try body.byte() == variable, try body.string() == id else {
            throw Failure("an answer to something else than variable \(variable) of '\(id)'")
        }
        return try body.value()
    }

    /// Reads the values of a subscription, in the order in which its variables were named.
    ///
    /// - Parameters:
    ///   - variables: The variables that were subscribed to.
    ///   - domain: What it is about.
    ///   - id: The object's name in UTF-8.
    ///   - use: Takes the index of a variable and its value.
    /// - Throws: `Failure` when it is about something else.
    package mutating func subscription(
        to variables: [UInt8],
        of domain: TraCICommand.Domain,
        id: [UInt8],
        use: (Int, TraCIValue) -> Void
    ) throws(Failure) {
        var (identifier, body) = try command()
        guard identifier == domain.subscription, try body.skipString(expecting: id) else {
            throw Failure("a subscription to something else than '\(String(decoding: id, as: UTF8.self))'")
        }
        guard Int(try body.byte()) == variables.count else { throw Failure("a subscription to other variables") }
        for (index, variable) in variables.enumerated() {
            guard try body.byte() == variable else { throw Failure("a subscription to other variables") }
            let result = try body.byte()
            let value = try body.value()
            guard result == 0 else {
                throw Failure(refusal: value.string ?? "no value for '\(String(decoding: id, as: UTF8.self))'")
            }
            use(index, value)
        }
    }
}
