internal import HTTPTransport
internal import TabularLearning

// What a run has been.
extension RunPage {
    /// The run's past.
    ///
    /// - Parameters:
    ///   - words: Nothing for its span; a step for how far its table is; behind it `policy`, `states` and a number, or `blame`, a
    ///     state and an action.
    ///   - shown: The policy.
    ///   - name: What tells the policy from others.
    /// - Returns: The answer, `missing` where the run cannot be done once more.
    func past(_ words: [String], of shown: ShownPolicy, named name: String) -> HTTPResponse {
        guard case .ready(let past) = shown.past else { return Self.missing(shown.past) }
        guard let first = words.first else { return Self.answer(past.span) }
        guard let step = UInt64(first), step <= past.span.steps else {
            return HTTPResponse(status: 404, "there is no step \(first.prefix(30)): 0 to \(past.span.steps)\n")
        }
        let key = "past \(step) \(name)"
        switch (words.dropFirst().first, words.count) {
        case (nil, _):
            return Self.answer(pasts.status(of: key) { bench in try bench.keep(past.policy(at: step, bench.note)) })
        case ("policy", 2): return pasts.policy(of: key).map { Self.answer(PolicyDocument($0)) } ?? Self.nothing
        case ("states", 3): return pasts.policy(of: key).map { Self.row(words[2], of: $0) } ?? Self.nothing
        case ("blame", 4):
            guard let state = UInt64(words[2]), state < shown.space.stateCount, let action = Int(words[3]),
                shown.space.actions.indices.contains(action)
            else { return Self.nothing }
            return blame(past, state, action, upTo: step, "blame \(state) \(action) \(step) \(name)")
        default: return Self.nothing
        }
    }

    private func blame(
        _ past: RunPast,
        _ state: UInt64,
        _ action: Int,
        upTo step: UInt64,
        _ key: String
    ) -> HTTPResponse {
        let status = stories.status(of: key) { bench in
            let story = try past.story(of: state, action, upTo: step, bench.note)
            try bench.keep("0", Array(JSONForm.data(story)))
        }
        guard status.state == .ready, let story = stories.piece("0", of: key) else { return Self.answer(status) }
        return HTTPResponse(story, contentType: "application/json")
    }
}
