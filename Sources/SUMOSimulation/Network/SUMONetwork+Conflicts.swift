extension SUMONetwork {
    /// Refuses a light that gives right of way to two streams whose ways cross.
    ///
    /// `g` yields, so it may be green beside who crosses it; two `G` do not. Streams out of one road merge, they do not cross.
    static func refuseConflicts(of signal: SUMOSignal, _ connection: inout TraCIConnection) throws(SUMOFailure) {
        let ways = signal.links.map { $0.first }
        let insides = Array(Set(ways.compactMap { $0?.inside.first })).sorted()
        var foes: [String: Set<String>] = [:]
        let answers = try connection.values(0x37, of: .lane, ids: insides, parameter: .string(""))
        for (lane, answer) in zip(insides, answers) { foes[lane] = Set(answer.stringList ?? []) }
        if let conflict = conflict(in: signal, foes: foes) { throw SUMOFailure(.badInput, conflict) }
    }

    /// Finds the first two links that have right of way together although their ways cross.
    ///
    /// - Parameters:
    ///   - signal: The light.
    ///   - foes: By lane inside the junction: the lanes inside it, crossings included, that cross it.
    /// - Returns: The light, the phase, the links and what would be right; `nil` when there is none.
    static func conflict(in signal: SUMOSignal, foes: [String: Set<String>]) -> String? {
        let ways = signal.links.map { $0.first }
        func crosses(_ one: Int, _ other: Int) -> Bool {
            guard let first = ways[one], let second = ways[other], edge(of: first.from) != edge(of: second.from) else {
                return false
            }
            func meets(_ one: SUMOSignal.Connection, _ other: SUMOSignal.Connection) -> Bool {
                guard let inside = one.inside.first, let foes = foes[inside] else { return false }
                return foes.contains(other.isCrossing ? other.from : other.inside.first ?? "")
            }
            return meets(first, second) || meets(second, first)
        }
        for phase in signal.phases {
            let open = Array(phase.state.utf8).enumerated().filter { $1 == UInt8(ascii: "G") }.map(\.offset)
                .filter { $0 < ways.count }
            for (index, one) in open.enumerated() {
                for other in open[(index + 1)...] where crosses(one, other) {
                    func name(_ link: Int) -> String { "link \(link) from lane \(ways[link]?.from ?? "")" }
                    return "light \(signal.name): phase '\(phase.state)' has G for \(name(one)) and \(name(other)), "
                        + "whose ways cross: one of them must yield (g) or wait for another phase"
                }
            }
        }
        return nil
    }
}
