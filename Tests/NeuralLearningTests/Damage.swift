import NeuralLearning
import TabularLearning
import Testing

/// Words that were saved, and have been damaged since.
enum Damage {
    /// Restores a learner from words with a bit that is another, many times, and lets it go on where it can.
    ///
    /// - Parameters:
    ///   - beginning: A learner of the settings of what was saved.
    ///   - words: What it saved.
    static func check<Learner: NetworkLearner>(_ beginning: Learner, _ words: [UInt32]) {
        var (random, refused, restored) = (SplitMix64(state: 11), 0, 0)
        let team = SliceTeam(threads: 1, beginning.computer)
        for _ in 0..<400 {
            var changed = words
            changed[random.nextIndex(below: words.count)] ^= 1 << UInt32(random.nextIndex(below: 32))
            var learner = beginning
            guard let sections = try? SavedSections(changed), (try? learner.restore(sections)) != nil else {
                refused += 1
                continue
            }
            restored += 1
            // That numbers are none any more ends it, as it ends a run.
            try? goOn(&learner, by: team)
        }
        #expect(refused > 0 && restored > 0)
    }

    private static func goOn<Learner: NetworkLearner>(
        _ learner: inout Learner,
        by team: SliceTeam<Learner.Computer>
    ) throws {
        for _ in 0..<4 {
            switch learner.next() {
            case .update(let slices): try learner.take(team.gradients(of: slices, learner.parameters))
            case .evaluate: learner.note(meanReturn: learner.evaluate())
            case .pause, .finished: return
            }
        }
    }
}
