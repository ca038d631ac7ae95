/// What can be watched: a place that stays as it is, and those who act in it on the same events.
///
/// Frames come from the program's own simulators, driven by its own evaluations. They depend on the actor and the seed alone.
public struct Scenery: Sendable {
    /// The place, as JSON: its kind, and what lies where.
    public let stage: [UInt8]
    /// Who can act: the policy first.
    public let actors: [String]
    /// The seeds of the evaluation.
    public let seeds: ClosedRange<UInt64>

    private let script: @Sendable (_ actor: String, _ seed: UInt64, FilmReel) throws -> Void

    /// Describes what can be watched.
    ///
    /// - Parameters:
    ///   - stage: The place, as JSON.
    ///   - actors: Who can act, with names of their own.
    ///   - seeds: The seeds.
    ///   - script: Has one of the actors act on a seed, and puts its frames on a reel.
    public init(
        stage: [UInt8],
        actors: [String],
        seeds: ClosedRange<UInt64>,
        script: @escaping @Sendable (_ actor: String, _ seed: UInt64, FilmReel) throws -> Void
    ) {
        (self.stage, self.actors, self.seeds, self.script) = (stage, actors, seeds, script)
    }

    /// Has an actor act.
    ///
    /// - Parameters:
    ///   - actor: One of `actors`.
    ///   - seed: One of `seeds`.
    ///   - reel: Takes the frames.
    /// - Throws: What the reel throws, which ends it.
    public func film(_ actor: String, seed: UInt64, on reel: FilmReel) throws {
        try script(actor, seed, reel)
    }
}

/// Where the pieces of a film go, as they are made.
public struct FilmReel: Sendable {
    /// Takes a piece by its name.
    public let keep: @Sendable (_ name: String, _ bytes: [UInt8]) throws -> Void
    /// Hears how much is done, 0...1.
    public let note: @Sendable (_ share: Double) throws -> Void

    /// Describes a reel; whatever it throws ends the film.
    public init(
        keep: @escaping @Sendable (_ name: String, _ bytes: [UInt8]) throws -> Void,
        note: @escaping @Sendable (_ share: Double) throws -> Void
    ) {
        (self.keep, self.note) = (keep, note)
    }
}

/// How a film is cut: frames at equal distances, and pieces of so many frames, within a bound.
package struct FilmCut: Sendable, Hashable, Encodable {
    /// Time units from a frame to the next.
    package let interval: Int
    /// All frames, the first at time 0 and the last at the end.
    package let frames: Int
    /// The frames of a piece.
    package let pieceFrames: Int

    /// The numbers that a film may have, at about two bytes each.
    package static let mostNumbers = 4_000_000

    /// Cuts a film.
    ///
    /// - Parameters:
    ///   - length: Time units.
    ///   - finest: Time units between frames where there is room.
    ///   - numbers: The numbers of a frame.
    package init(length: Int, finest: Int, numbers: Int) {
        let most = max(2, Self.mostNumbers / max(1, numbers))
        let step = max(1, (length + finest * most - 1) / (finest * most))
        interval = finest * step
        frames = (length + interval - 1) / interval + 1
        pieceFrames = 60
    }
}

/// Puts frames together to pieces.
struct FilmPieces {
    private let cut: FilmCut
    private let reel: FilmReel
    private var frames: [String] = []
    private(set) var count = 0

    init(_ cut: FilmCut, _ reel: FilmReel) { (self.cut, self.reel) = (cut, reel) }

    /// Takes the next frame, an object of JSON.
    mutating func add(_ frame: String) throws {
        frames.append(frame)
        count += 1
        if frames.count == cut.pieceFrames || count == cut.frames { try deliver() }
        try reel.note(Double(count) / Double(cut.frames))
    }

    private mutating func deliver() throws {
        let piece = (count - 1) / cut.pieceFrames
        try reel.keep("\(piece)", Array("[\(frames.joined(separator: ","))]".utf8))
        frames.removeAll(keepingCapacity: true)
    }
}

/// Numbers as a list of JSON.
func list(_ numbers: some Sequence<some BinaryInteger>) -> String {
    var text = "["
    for number in numbers {
        if text.utf8.count > 1 { text += "," }
        text += String(number)
    }
    return text + "]"
}

/// A figure with three digits behind the point, so that the same is always written alike.
func figure(_ value: Double) -> String {
    guard value.isFinite else { return "null" }
    return "\((value * 1000).rounded() / 1000)"
}
