/// Which of a network's lights are to be controlled.
public struct SUMOLightSelection: Sendable, Hashable {
    /// The lights that are meant; `nil` for all that can be controlled.
    public var chosen: [String]?
    /// Lights that follow their own programs.
    public var leftOut: [String]

    /// Selects lights by name.
    public init(chosen: [String]? = nil, leftOut: [String] = []) {
        self.chosen = chosen
        self.leftOut = leftOut
    }

    /// Why a light is not meant; `nil` for one that is.
    func reason(against name: String) -> String? {
        if leftOut.contains(name) { return "left out" }
        if let chosen, !chosen.contains(name) { return "not among those that were chosen" }
        return nil
    }

    /// Refuses names that the network does not have.
    ///
    /// - Parameter names: The network's lights.
    /// - Throws: `SUMOFailure` that names the first.
    func check(against names: [String]) throws(SUMOFailure) {
        guard let unknown = ((chosen ?? []) + leftOut).first(where: { !names.contains($0) }) else { return }
        let some = names.prefix(20).joined(separator: ", ")
        let rest = names.count > 20 ? " and \(names.count - 20) more" : ""
        throw SUMOFailure(.badInput, "the network has no light '\(unknown)', it has \(some)\(rest)")
    }
}
