public import Scenarios

/// What happens to a packet network and when, as a small YAML file.
///
///     - tick: 20000
///       fail-link: [20, 21]
///     - tick: 40000
///       repair-link: [20, 21]
///     - tick: 50000
///       load: 3
///     - tick: 60000
///       traffic: {between: [[0, 6, 12], [5, 11, 17]]}
///
/// An event is a tick and one of `load` (packets per tick), `traffic` (`uniform`, `gravity`, or `between` two groups of
/// routers, both ways), `fail-link`, `repair-link` (two routers), `fail-router`, `repair-router`. Routers go by name or number.
public struct EventSchedule {
    private let topology: NetworkTopology

    private static let changes = ["load", "traffic", "fail-link", "repair-link", "fail-router", "repair-router"]

    /// Reads a schedule.
    ///
    /// - Parameters:
    ///   - path: The file.
    ///   - topology: The network it is for.
    /// - Returns: The events in the order of the file; that is the order of their ticks.
    /// - Throws: `NetworkFileError` that names the line and what is wrong with it.
    public static func events(
        readingFrom path: String,
        for topology: NetworkTopology
    ) throws(NetworkFileError) -> [RoutingEvent] {
        try TextFile.read(path, Self(topology: topology).events)
    }

    /// Parses a schedule.
    ///
    /// - Parameters:
    ///   - text: YAML.
    ///   - file: What messages call it.
    ///   - topology: The network it is for.
    /// - Returns: The events.
    /// - Throws: `NetworkFileError` that names the line and what is wrong with it.
    public static func events(
        parsing text: String,
        file: String,
        for topology: NetworkTopology
    ) throws(NetworkFileError) -> [RoutingEvent] {
        try TextFile.parse(text, file: file, Self(topology: topology).events)
    }

    private func events(_ text: String) throws(NetworkTextError) -> [RoutingEvent] {
        var events: [RoutingEvent] = []
        for value in try YAMLValue(document: text).items(each: "event") { events.append(try event(value)) }
        return events
    }

    private func event(_ value: YAMLValue) throws(NetworkTextError) -> RoutingEvent {
        let fields = try value.fields(["tick"] + Self.changes)
        let tick = UInt32(try fields.required("tick").integer(0...Int(UInt32.max)))
        let names = fields.keys.filter { $0 != "tick" }
        guard let name = names.first, let change = fields[name], names.count == 1 else {
            throw value.failure("at tick \(tick) says \(names.count) things, not one")
        }
        return RoutingEvent(tick: tick, try self.change(name, change))
    }

    private func change(_ name: String, _ value: YAMLValue) throws(NetworkTextError) -> RoutingEvent.Change {
        switch name {
        case "load": return .load(try value.number(0...1e9))
        case "traffic": return .traffic(try matrix(value))
        case "fail-link":
            let (a, b) = try link(value)
            return .linkFails(a, b)
        case "repair-link":
            let (a, b) = try link(value)
            return .linkReturns(a, b)
        case "fail-router": return .routerFails(try router(value))
        default: return .routerReturns(try router(value))
        }
    }

    private func router(_ value: YAMLValue) throws(NetworkTextError) -> Int {
        let name = try value.text()
        do {
            return try topology.router(named: name)
        } catch {
            throw value.failure("names \(error.description)")
        }
    }

    private func routers(_ value: YAMLValue) throws(NetworkTextError) -> [Int] {
        var routers: [Int] = []
        for item in try value.items() { routers.append(try router(item)) }
        return routers
    }

    private func link(_ value: YAMLValue) throws(NetworkTextError) -> (Int, Int) {
        let ends = try routers(value)
        guard ends.count == 2 else { throw value.failure("needs a list of two routers") }
        guard topology.neighbors[ends[0]].contains(ends[1]) else {
            throw value.failure(
                "needs a link, and none joins '\(topology.names[ends[0]])' and '\(topology.names[ends[1]])'"
            )
        }
        return (ends[0], ends[1])
    }

    private func matrix(_ value: YAMLValue) throws(NetworkTextError) -> TrafficMatrix {
        guard value.isMapping else {
            switch try value.text() {
            case "uniform": return .uniform
            case "gravity": return .gravity
            default: throw value.failure("is uniform, gravity, or {between: [[routers], [routers]]}")
            }
        }
        let groups = try value.fields(["between"]).required("between").items()
        guard groups.count == 2 else { throw value.failure("needs two groups of routers") }
        return .between(try routers(groups[0]), try routers(groups[1]), routerCount: topology.routerCount)
    }
}
