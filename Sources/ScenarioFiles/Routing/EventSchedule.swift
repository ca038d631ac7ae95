internal import Foundation
public import Scenarios
internal import Yams

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
    private let file: String

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
        let text: String
        do {
            text = try String(contentsOfFile: path, encoding: .utf8)
        } catch {
            throw NetworkFileError(file: path, line: nil, reason: "it cannot be read as UTF-8 text")
        }
        return try events(parsing: text, file: path, for: topology)
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
        let root: Node?
        do {
            root = try compose(yaml: text)
        } catch let error as YamlError {
            throw NetworkFileError(file: file, line: nil, reason: "\(error)".replacingOccurrences(of: "\n", with: " "))
        } catch {
            throw NetworkFileError(file: file, line: nil, reason: "it is not YAML")
        }
        guard let nodes = root?.sequence else {
            throw NetworkFileError(file: file, line: root?.mark?.line, reason: "it is not a list of events")
        }
        let reader = Self(topology: topology, file: file)
        var events: [RoutingEvent] = []
        for node in nodes { events.append(try reader.event(node)) }
        return events
    }

    private func failure(_ node: Node, _ reason: String) -> NetworkFileError {
        NetworkFileError(file: file, line: node.mark?.line, reason: reason)
    }

    private func event(_ node: Node) throws(NetworkFileError) -> RoutingEvent {
        guard let mapping = node.mapping else { throw failure(node, "an event is a tick and what happens") }
        guard let tick = mapping["tick"]?.int, let tick = UInt32(exactly: tick) else {
            throw failure(node, "an event needs a tick, a whole number from 0 on")
        }
        let rest = mapping.filter { $0.key.string != "tick" }
        guard let (key, value) = rest.first, rest.count == 1 else {
            throw failure(node, "the event at tick \(tick) says \(rest.count) things, not one")
        }
        switch key.string {
        case "load":
            guard let load = value.float else { throw failure(value, "a load is a number of packets per tick") }
            return RoutingEvent(tick: tick, .load(load))
        case "traffic": return RoutingEvent(tick: tick, .traffic(try matrix(value)))
        case "fail-link":
            let (a, b) = try link(value)
            return RoutingEvent(tick: tick, .linkFails(a, b))
        case "repair-link":
            let (a, b) = try link(value)
            return RoutingEvent(tick: tick, .linkReturns(a, b))
        case "fail-router": return RoutingEvent(tick: tick, .routerFails(try router(value)))
        case "repair-router": return RoutingEvent(tick: tick, .routerReturns(try router(value)))
        default:
            throw failure(
                key,
                "'\(key.string ?? "?")' is none of load, traffic, fail-link, repair-link, fail-router, repair-router"
            )
        }
    }

    private func router(_ node: Node) throws(NetworkFileError) -> Int {
        guard let name = node.string else { throw failure(node, "a router is a name or a number") }
        do {
            return try topology.router(named: name)
        } catch {
            throw failure(node, error.description)
        }
    }

    private func routers(_ node: Node) throws(NetworkFileError) -> [Int] {
        guard let nodes = node.sequence else { throw failure(node, "a group is a list of routers") }
        var routers: [Int] = []
        for node in nodes { routers.append(try router(node)) }
        return routers
    }

    private func link(_ node: Node) throws(NetworkFileError) -> (Int, Int) {
        guard let ends = node.sequence, ends.count == 2 else { throw failure(node, "a link is two routers") }
        let (a, b) = (try router(ends[0]), try router(ends[1]))
        guard topology.neighbors[a].contains(b) else {
            throw failure(node, "no link joins '\(topology.names[a])' and '\(topology.names[b])'")
        }
        return (a, b)
    }

    private func matrix(_ node: Node) throws(NetworkFileError) -> TrafficMatrix {
        switch node.string {
        case "uniform": return .uniform
        case "gravity": return .gravity
        default: break
        }
        guard let groups = node.mapping?["between"]?.sequence, groups.count == 2 else {
            throw failure(node, "traffic is uniform, gravity, or {between: [[routers], [routers]]}")
        }
        return .between(try routers(groups[0]), try routers(groups[1]), routerCount: topology.routerCount)
    }
}
