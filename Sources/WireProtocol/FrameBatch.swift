/// Frames that share a body, one after another: rounds for one worker, of several cohorts and shards, and the answers to them.
///
/// A message costs a broker about the same whatever is in it, as long as it is small.
public struct FrameBatch: Sendable {
    /// 128 KiB: beyond, waiting for company costs more overlap than a message costs; see decision 0016.
    private static let mostWords = 1 << 15

    /// The words that travel.
    public private(set) var body: [UInt32] = []
    private var frameCount = 0

    /// Creates an empty batch.
    public init() {}

    /// Whether there is no frame in it.
    public var isEmpty: Bool { frameCount == 0 }

    /// Whether so many more words may share the body without making others wait; an empty batch takes any number.
    public func hasRoom(for wordCount: Int) -> Bool {
        isEmpty || body.count + wordCount <= Self.mostWords
    }

    /// Puts a frame behind the others.
    public mutating func append(_ frame: [UInt32]) {
        if isEmpty { body = frame } else { body += frame }
        frameCount += 1
    }

    /// Takes a body apart.
    ///
    /// Rounds for one worker or answers from one share a body, nothing else does: other frames ask for much in few words.
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
                    "what stands behind frame \(frames.count) of the body is not another of its kind and epoch"
                )
            }
            frames.append(Array(body[start..<end]))
            start = end
        }
        return frames
    }
}
