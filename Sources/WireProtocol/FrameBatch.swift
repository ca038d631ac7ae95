/// Frames that share a body, one after another: rounds of several cohorts for one shard, and the answers to them.
///
/// A message costs a broker about the same whatever is in it, as long as it is small.
public struct FrameBatch: Sendable {
    /// 128 KiB: beyond, waiting for company costs more overlap than a message costs; see decision 0016.
    private static let mostWords = 1 << 15

    private var frames: [[UInt32]] = []
    private var wordCount = 0

    /// Creates an empty batch.
    public init() {}

    /// Whether there is no frame in it.
    public var isEmpty: Bool { frames.isEmpty }

    /// Whether another frame may share the body; an empty batch takes any.
    public func hasRoom(for frame: [UInt32]) -> Bool {
        isEmpty || wordCount + frame.count <= Self.mostWords
    }

    /// Whether one more frame like those that are in it would find no room.
    public var isFull: Bool {
        !isEmpty && wordCount + wordCount / frames.count > Self.mostWords
    }

    /// Puts a frame behind the others.
    public mutating func append(_ frame: [UInt32]) {
        frames.append(frame)
        wordCount += frame.count
    }

    /// The words that travel.
    public var body: [UInt32] {
        if frames.count == 1 { return frames[0] }
        var words: [UInt32] = []
        words.reserveCapacity(wordCount)
        for frame in frames { words += frame }
        return words
    }

    /// Takes a body apart.
    ///
    /// Rounds for one shard or answers from one share a body, nothing else does: other frames ask for much in few words.
    /// What is no such body comes out as one frame, for its reader to refuse.
    ///
    /// - Throws: `FrameFailure` when something else stands behind the first frame, or a part of one.
    public static func frames(in body: [UInt32]) throws(FrameFailure) -> [[UInt32]] {
        guard let end = FrameHeader.end(ofFrameAt: 0, in: body), end < body.count, FrameHeader.sharesBodies(body) else {
            return [body]
        }
        var frames = [Array(body[..<end])]
        var start = end
        while start < body.count {
            guard let end = FrameHeader.end(ofFrameAt: start, in: body), end <= body.count,
                FrameHeader.isCompany(at: start, in: body)
            else {
                throw FrameFailure(
                    .malformed,
                    "what stands behind frame \(frames.count) of the body is not another of its kind, epoch and shard"
                )
            }
            frames.append(Array(body[start..<end]))
            start = end
        }
        return frames
    }
}
