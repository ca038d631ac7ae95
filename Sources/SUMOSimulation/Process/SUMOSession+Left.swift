/// Who is left when a run ends.
extension SUMOSession {
    /// Asks who still waits to enter the network.
    ///
    /// - Returns: By road, how many.
    func waitingOutside() throws(SUMOFailure) -> [String: Int] {
        try ask { connection throws(SUMOFailure) in
            let waiting = try connection.value(0x94, of: .simulation, id: "").stringList ?? []
            let routes = try connection.values(0x54, of: .vehicle, ids: waiting)
            return Self.counts(routes.map { $0.stringList?.first ?? "" })
        }
    }

    /// Asks who has stood without a break for longer than so many seconds.
    ///
    /// - Returns: By road, how many; junctions are roads whose names begin with a colon.
    func standing(longerThan seconds: Int) throws(SUMOFailure) -> [String: Int] {
        try ask { connection throws(SUMOFailure) in
            let vehicles = try connection.value(0x00, of: .vehicle, id: "").stringList ?? []
            let waits = try connection.values(0x7A, of: .vehicle, ids: vehicles)
            let stuck = zip(vehicles, waits).filter { ($1.double ?? 0) > Double(seconds) }.map(\.0)
            let roads = try connection.values(0x50, of: .vehicle, ids: stuck)
            return Self.counts(roads.map { $0.string ?? "" })
        }
    }

    private static func counts(_ roads: [String]) -> [String: Int] {
        Dictionary(roads.map { ($0, 1) }, uniquingKeysWith: +)
    }
}
