internal import TabularLearning

/// Changes sound frames a little, or a lot, by numbers drawn from a seed.
public struct FrameMutator: Sendable {
    private let corpus: [[UInt32]]
    private let favorites: [[UInt32]]
    private var random: SplitMix64

    /// What counts and lengths are set to: the ends of the ranges that a reader could get wrong.
    private static let edges: [UInt32] = [
        0, 1, 2, 7, 8, 0xFF, 0x1_0000, 0x003F_FFFF, 0x0040_0000, 0x3FFF_FFFF, 0x4000_0000, 0x7FFF_FFFF, 0x8000_0000,
        0xFFFF_FFFE, 0xFFFF_FFFF, Float.nan.bitPattern, Float.infinity.bitPattern,
    ]

    /// The place of the word that says how many follow the header, and the header's length.
    private static let (lengthPlace, headerCount) = (7, 8)

    /// Creates a mutator.
    ///
    /// - Parameters:
    ///   - corpus: Sound frames, at least one.
    ///   - favorites: Those that every second frame is made from, where there are any.
    ///   - seed: The same seed gives the same frames.
    public init(corpus: [[UInt32]], favorites: [[UInt32]] = [], seed: UInt64) {
        precondition(!corpus.isEmpty, "there is nothing to mutate")
        (self.corpus, self.favorites) = (corpus, favorites)
        random = SplitMix64(state: seed)
    }

    /// The next frame.
    public mutating func next() -> [UInt32] {
        if random.nextIndex(below: 16) == 0 { return randomWords() }
        let frames = !favorites.isEmpty && random.nextIndex(below: 2) == 0 ? favorites : corpus
        var words = frames[random.nextIndex(below: frames.count)]
        for _ in 0..<random.nextIndex(below: 5) { mutate(&words) }
        // Three of four get a length that fits, so that what stands behind the header is read at all.
        if words.count >= Self.headerCount, random.nextIndex(below: 4) > 0 {
            words[Self.lengthPlace] = UInt32(words.count - Self.headerCount)
        }
        // Frames that share a body, or pretend to.
        if random.nextIndex(below: 8) == 0 { words += corpus[random.nextIndex(below: corpus.count)] }
        return words
    }

    private mutating func mutate(_ words: inout [UInt32]) {
        guard !words.isEmpty else { return words = randomWords() }
        let place = random.nextIndex(below: words.count)
        switch random.nextIndex(below: 7) {
        case 0: words[place] ^= 1 << UInt32(random.nextIndex(below: 32))
        case 1: words[place] = Self.edges[random.nextIndex(below: Self.edges.count)]
        case 2: words[place] = word()
        case 3: words.removeSubrange(place...)
        case 4: words.append(contentsOf: randomWords())
        case 5:
            let other = corpus[random.nextIndex(below: corpus.count)]
            words.replaceSubrange(place..., with: other.suffix(random.nextIndex(below: other.count + 1)))
        default: words.remove(at: place)
        }
    }

    private mutating func randomWords() -> [UInt32] {
        (0..<random.nextIndex(below: 24)).map { _ in word() }
    }

    private mutating func word() -> UInt32 { UInt32(truncatingIfNeeded: random.next()) }
}
