extension NetworkTopology {
    /// The irregular 6×6 grid of Boyan & Littman: two halves that meet at two links only.
    ///
    /// Routers row by row. A full grid of 60 links without ten; 36 routers, 50 links, diameter 11, all-pairs hops 6092.
    ///
    /// Source: Boyan and Littman, *Packet Routing in Dynamically Changing Networks*, NIPS 6, 1994, figure 1.
    public static let grid6x6: NetworkTopology = {
        let missing: [(Int, Int)] = [
            (2, 3), (8, 9), (14, 15), (26, 27), (24, 25), (28, 29), (25, 31), (26, 32), (27, 33), (28, 34),
        ]
        let full = NetworkTopology.grid(rows: 6, columns: 6)
        return NetworkTopology(
            routerCount: 36,
            links: full.links.filter { link in !missing.contains { $0 == link } },
            positions: full.positions
        )
    }()

    /// Two routers and one link: two independent queues, for checks against queueing theory.
    public static let pair = NetworkTopology(routerCount: 2, links: [(0, 1)])

    /// Abilene, the backbone of US universities in 2004: 12 routers, 15 links, diameter 5.
    ///
    /// Source: the instance `abilene` of SNDlib (Orlowski, Wessäly, Pióro and Tomaszewski, *SNDlib 1.0: Survivable Network
    /// Design Library*, Networks 55(3), 2010).
    public static let abilene = named(
        [
            ("ATLAM5", -84.38, 33.75), ("ATLAng", -85.50, 34.50), ("CHINng", -87.62, 41.83),
            ("DNVRng", -105.00, 40.75), ("HSTNng", -95.52, 29.77), ("IPLSng", -86.16, 39.78),
            ("KSCYng", -96.60, 38.96), ("LOSAng", -118.25, 34.05), ("NYCMng", -73.97, 40.78),
            ("SNVAng", -122.03, 37.39), ("STTLng", -122.30, 47.60), ("WASHng", -77.03, 38.90),
        ],
        [
            (0, 1), (1, 4), (1, 5), (1, 11), (2, 5), (2, 8), (3, 6), (3, 9), (3, 10), (4, 6), (4, 7), (5, 6), (7, 9),
            (8, 11), (9, 10),
        ]
    )

    /// The NSFNET of 1991 as the literature uses it: 14 routers, 21 links, diameter 3.
    ///
    /// Source: the instance `nobel-us` of SNDlib.
    public static let nsfnet14 = named(
        [
            ("Palo-Alto", -122.07, 37.25), ("San-Diego", -117.08, 32.42), ("Boulder", -105.16, 40.00),
            ("Washington", -77.02, 38.52), ("Atlanta", -84.23, 33.44), ("Urbana-Champaign", -88.14, 40.06),
            ("Ann-Arbor", -83.43, 42.16), ("Lincoln", -96.42, 40.47), ("Princeton", -74.39, 40.21),
            ("Ithaca", -76.30, 42.26), ("Pittsburgh", -79.58, 40.26), ("Houston", -95.21, 29.45),
            ("Salt-Lake-City", -111.55, 40.39), ("Seattle", -122.24, 47.33),
        ],
        [
            (0, 1), (0, 12), (0, 13), (1, 11), (1, 13), (2, 7), (2, 11), (2, 12), (3, 8), (3, 9), (3, 11), (4, 10),
            (4, 11), (5, 7), (5, 10), (5, 13), (6, 8), (6, 9), (6, 12), (8, 10), (9, 10),
        ]
    )

    /// GÉANT, the backbone of European universities in 2005: 22 routers, 36 links, diameter 5.
    ///
    /// Source: the instance `geant` of SNDlib.
    public static let geant = named(
        [
            ("at1.at", 16.37, 48.21), ("be1.be", 4.35, 50.85), ("ch1.ch", 6.14, 46.20), ("cz1.cz", 14.44, 50.08),
            ("de1.de", 8.68, 50.11), ("es1.es", -3.70, 40.42), ("fr1.fr", 2.35, 48.86), ("gr1.gr", 23.58, 37.98),
            ("hr1.hr", 15.96, 45.81), ("hu1.hu", 19.09, 47.50), ("ie1.ie", -6.26, 53.34), ("il1.il", 34.81, 32.07),
            ("it1.it", 9.19, 45.46), ("lu1.lu", 6.13, 49.61), ("nl1.nl", 4.94, 52.32), ("ny1.ny", -73.94, 40.67),
            ("pl1.pl", 16.89, 52.40), ("pt1.pt", -9.14, 38.71), ("se1.se", 17.87, 59.36), ("si1.si", 14.51, 46.06),
            ("sk1.sk", 17.13, 48.15), ("uk1.uk", -0.13, 51.51),
        ],
        [
            (0, 2), (0, 4), (0, 9), (0, 15), (0, 19), (1, 6), (1, 13), (1, 14), (2, 6), (2, 12), (3, 4), (3, 16),
            (3, 20),
            (4, 6), (4, 7), (4, 10), (4, 12), (4, 14), (4, 18), (5, 6), (5, 12), (5, 17), (6, 13), (6, 21), (7, 12),
            (8, 9), (8, 19), (9, 20), (10, 21), (11, 12), (11, 14), (14, 21), (15, 21), (16, 18), (17, 21), (18, 21),
        ]
    )

    /// A network of named routers on a map.
    private static func named(
        _ routers: [(name: String, longitude: Double, latitude: Double)],
        _ links: [(Int, Int)]
    ) -> NetworkTopology {
        NetworkTopology(
            routerCount: routers.count,
            links: links,
            names: routers.map(\.name),
            positions: routers.map { Position(x: $0.longitude, y: $0.latitude) }
        )
    }
}
