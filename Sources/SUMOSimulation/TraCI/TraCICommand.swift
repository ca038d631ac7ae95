/// A command to SUMO, and its bytes.
package enum TraCICommand: Sendable, Hashable {
    /// What can be asked, set and subscribed to.
    package enum Domain: UInt8, Sendable, Hashable {
        /// Traffic lights.
        case trafficLight = 0x02
        /// Lanes.
        case lane = 0x03
        /// Vehicles.
        case vehicle = 0x04
        /// Roads: all lanes of one direction.
        case edge = 0x0A
        /// The simulation as a whole.
        case simulation = 0x0B
        /// Detectors that cover a stretch of a lane.
        case laneArea = 0x0D
        /// Persons.
        case person = 0x0E

        /// The command that asks for a variable.
        var get: UInt8 { 0xA0 | rawValue }
        /// The id of the answer to it.
        var answer: UInt8 { 0xB0 | rawValue }
        /// The command that sets a variable.
        var set: UInt8 { 0xC0 | rawValue }
        /// The command that subscribes to variables.
        var subscribe: UInt8 { 0xD0 | rawValue }
        /// The id of what a subscription sends.
        var subscription: UInt8 { 0xE0 | rawValue }
    }

    /// Asks for the versions of the protocol and of SUMO.
    case version
    /// Begins anew in the same process, with these options of the command line.
    case load([String])
    /// Simulates until a time in seconds.
    case step(until: Double)
    /// Ends the simulation; SUMO writes its files and exits.
    case close
    /// Asks for a variable.
    case get(Domain, variable: UInt8, id: String, parameter: TraCIValue? = nil)
    /// Sets a variable.
    case set(Domain, variable: UInt8, id: String, TraCIValue)
    /// Asks for variables after every step.
    case subscribe(Domain, id: String, variables: [UInt8])

    /// The byte that names the command; the status that answers it bears it too.
    package var identifier: UInt8 {
        switch self {
        case .version: 0x00
        case .load: 0x01
        case .step: 0x02
        case .close: 0x7F
        case .get(let domain, _, _, _): domain.get
        case .set(let domain, _, _, _): domain.set
        case .subscribe(let domain, _, _): domain.subscribe
        }
    }

    /// What it asks for, in words that can follow "SUMO refuses".
    package var subject: String {
        switch self {
        case .version: "to tell its version"
        case .load: "to begin an episode"
        case .step(let time): "the step to second \(SUMOFailure.seconds(time))"
        case .close: "to end"
        case .get(_, let variable, let id, _): "to tell variable \(variable) of '\(id)'"
        case .set(.trafficLight, 0x2C, let id, _): "a program for light '\(id)'"
        case .set(.trafficLight, _, let id, _): "a change of light '\(id)'"
        case .set(_, let variable, let id, _): "to set variable \(variable) of '\(id)'"
        case .subscribe(_, let id, _): "to tell what is seen of '\(id)'"
        }
    }

    private var body: TraCIWriter {
        var writer = TraCIWriter()
        switch self {
        case .version, .close: break
        case .load(let options): writer.write(typed: .stringList(options))
        case .step(let time): writer.write(time)
        case .get(_, let variable, let id, let parameter):
            writer.write(variable)
            writer.write(id)
            if let parameter { writer.write(typed: parameter) }
        case .set(_, let variable, let id, let value):
            writer.write(variable)
            writer.write(id)
            writer.write(typed: value)
        case .subscribe(_, let id, let variables):
            // From the first step to the last.
            writer.write(-1e9)
            writer.write(1e9)
            writer.write(id)
            writer.write(UInt8(truncatingIfNeeded: variables.count))
            for variable in variables { writer.write(variable) }
        }
        return writer
    }

    /// Writes commands as one message: its length, then each command with a length of its own.
    package static func message(_ commands: [TraCICommand]) -> [UInt8] {
        var message = TraCIWriter()
        message.write(Int32(0))
        for command in commands {
            let body = command.body.bytes
            if body.count + 2 <= 255 {
                message.write(UInt8(body.count + 2))
            } else {
                // A length that needs more than a byte follows a byte of zero.
                message.write(UInt8(0))
                message.write(Int32(body.count + 6))
            }
            message.write(command.identifier)
            message.append(body)
        }
        message.patchLength()
        return message.bytes
    }
}

/// Puts the parts of a message one after another, big-endian.
struct TraCIWriter {
    private(set) var bytes: [UInt8] = []

    mutating func append(_ other: [UInt8]) { bytes += other }

    mutating func write(_ value: UInt8) { bytes.append(value) }

    mutating func write(_ value: Int32) { append(big: UInt64(UInt32(bitPattern: value)), count: 4) }

    mutating func write(_ value: Double) { append(big: value.bitPattern, count: 8) }

    mutating func write(_ text: String) {
        write(Int32(truncatingIfNeeded: text.utf8.count))
        bytes += text.utf8
    }

    mutating func write(typed value: TraCIValue) {
        write(value.tag)
        switch value {
        case .unsignedByte(let value): write(value)
        case .byte(let value): write(UInt8(bitPattern: value))
        case .integer(let value): write(value)
        case .double(let value): write(value)
        case .string(let value): write(value)
        case .stringList(let values):
            write(Int32(truncatingIfNeeded: values.count))
            for value in values { write(value) }
        case .compound(let values):
            write(Int32(truncatingIfNeeded: values.count))
            for value in values { write(typed: value) }
        case .doubleList(let values):
            write(Int32(truncatingIfNeeded: values.count))
            for value in values { write(value) }
        }
    }

    /// Writes the length of everything over the first four bytes.
    mutating func patchLength() {
        let length = UInt32(truncatingIfNeeded: bytes.count)
        for index in 0..<4 { bytes[index] = UInt8(truncatingIfNeeded: length >> UInt32(8 * (3 - index))) }
    }

    private mutating func append(big value: UInt64, count: Int) {
        for index in (0..<count).reversed() { bytes.append(UInt8(truncatingIfNeeded: value >> UInt64(8 * index))) }
    }
}
