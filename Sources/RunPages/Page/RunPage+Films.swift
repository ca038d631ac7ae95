internal import HTTPTransport
internal import RunFilms

// What can be watched.
extension RunPage {
    /// The place in which things happen, or how far it is.
    func scenery(of shown: ShownPolicy, named name: String) -> HTTPResponse {
        guard case .ready(let scenery) = shown.scenery else { return Self.missing(shown.scenery) }
        let key = "scenery \(name)"
        let status = films.status(of: key) { try $0.keep("0", try scenery.get().stage) }
        guard status.state == .ready, let stage = films.piece("0", of: key) else { return Self.answer(status) }
        return HTTPResponse(stage, contentType: "application/json")
    }

    /// A film: how far it is, or a piece of it.
    ///
    /// - Parameters:
    ///   - words: The actor and the seed, and behind them nothing or the name of a piece.
    ///   - shown: The policy.
    ///   - name: What tells the policy from others.
    /// - Returns: The status; or the piece, 404 where it is not there.
    func film(_ words: [String], of shown: ShownPolicy, named name: String) -> HTTPResponse {
        guard case .ready(let late) = shown.scenery else { return Self.missing(shown.scenery) }
        guard let seed = UInt64(words[1]), words[0].count <= 40 else { return Self.nothing }
        let key = "film \(words[0]) \(seed) \(name)"
        if words.count > 2 {
            guard let piece = films.piece(words[2...].joined(separator: "/"), of: key) else { return Self.nothing }
            return HTTPResponse(piece, contentType: "application/json")
        }
        let actor = words[0]
        return Self.answer(
            films.status(of: key) { bench in
                let scenery = try late.get()
                guard scenery.actors.contains(actor), scenery.seeds.contains(seed) else {
                    throw NoSuchFilm(
                        description: "nobody is called \(actor) there, or seed \(seed) is none of the evaluation's"
                    )
                }
                try scenery.film(actor, seed: seed, on: FilmReel(keep: bench.keep, note: bench.note))
            }
        )
    }

    private struct NoSuchFilm: Error, CustomStringConvertible {
        let description: String
    }

    static func missing<Value>(_ offer: Offer<Value>) -> HTTPResponse {
        guard case .missing(let reason) = offer else { return nothing }
        return missing(reason)
    }
}
