extension SUMOSession {
    static func detectorName(_ index: Int) -> String { "shardq \(index)" }

    /// One detector before each stop line, as a file of additional elements.
    static func detectors(_ settings: Settings) -> String {
        var lines = ["<additional>"]
        let crossings = SUMOPedestrians(settings.network).approaches
        for (index, lane) in settings.network.lanes.prefix(settings.network.approachCount).enumerated()
        where !crossings.contains(index) {
            let start = max(0, lane.length - settings.detectorDistance)
            lines.append(
                "<laneAreaDetector id=\"\(detectorName(index))\" lane=\"\(XMLElements.escaped(lane.name))\" "
                    + "pos=\"\(start)\" endPos=\"\(lane.length)\" friendlyPos=\"true\" period=\"86400\" file=\"NUL\"/>"
            )
        }
        lines += SUMOUpstream(settings.network, isWatching: settings.isWatching).detectorElements
        return (lines + ["</additional>"]).joined(separator: "\n")
    }
}
