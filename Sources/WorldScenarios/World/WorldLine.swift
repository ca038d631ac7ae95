internal import ChildProcesses
internal import Foundation
internal import LoopbackSocket
internal import TabularLearning

/// A program that was started as a world: it hears a frame, and answers with one.
///
/// A frame is the number of its words, then the words, 32 bits each and little-endian, the first of them its kind.
final class WorldLine: Sendable {
    /// What a frame is.
    enum Kind: UInt32 {
        /// Which worlds are meant, as JSON; the answer is what they are.
        case open = 1
        /// Begin the first episodes; the answer is a batch.
        case begin = 2
        /// Act; the answer is a batch.
        case step = 3
        /// Begin certain episodes and go through their first steps; the answer is a batch.
        case replay = 4
        /// What the worlds are, as JSON.
        case description = 5
        /// What became of every lane.
        case batch = 6
        /// The world cannot go on; why, as text.
        case failure = 7
    }

    let command: String
    private let patience: Int
    private let socket: LoopbackSocket
    private let process: ChildProcess
    /// What it writes beside its answers.
    private let log: URL

    /// The most words of a frame: nothing that a world means is longer.
    private static let mostWords: UInt32 = 1 << 28
    /// How long a program may take to end by itself once nobody listens.
    private static let endLimit = Duration.seconds(2)
    /// How much of what it wrote is shown when it fails.
    private static let shownLineCount = 5

    /// Starts a program.
    ///
    /// - Parameters:
    ///   - command: As one would write it in a shell.
    ///   - patience: Whole seconds that an answer may take.
    /// - Throws: `EnvironmentFailure` when nothing can be started.
    init(_ command: String, patience: Int) throws(EnvironmentFailure) {
        self.command = command
        self.patience = patience
        do {
            let (ours, theirs) = try LoopbackSocket.pair(patience: patience)
            socket = ours
            let end = FileHandle(fileDescriptor: theirs, closeOnDealloc: true)
            let guardian = try Guardian.shared()
            log = try guardian.newFolder("world").appendingPathComponent("output")
            try Data().write(to: log)
            process = try ChildProcess(
                "/bin/sh",
                ["-c", command],
                environment: guardian.marking(),
                directory: FileManager.default.currentDirectoryPath,
                input: .handle(end),
                output: end,
                errors: try FileHandle(forWritingTo: log)
            )
            // Only the program may hold it, or its end would not be noticed.
            try end.close()
        } catch {
            throw EnvironmentFailure("the world '\(command)' cannot be started: \(error)")
        }
    }

    deinit {
        // With this the socket closes, which a program hears as the end of its input; one that does not is ended.
        DispatchQueue.global().async { [process] in
            if !process.wait(within: Self.endLimit) { process.send(SIGKILL) }
        }
    }

    /// Says something and waits for the answer.
    ///
    /// - Parameters:
    ///   - kind: What is said.
    ///   - words: The body.
    ///   - answer: What is to be answered.
    /// - Returns: The body of the answer.
    /// - Throws: `EnvironmentFailure` when the program dies, takes too long or answers something else.
    func exchange(_ kind: Kind, _ words: [UInt32], for answer: Kind) throws(EnvironmentFailure) -> WordReader {
        let frame: [UInt32]
        do throws(LoopbackSocket.Failure) {
            // Who has ended without listening may have said why: what came counts, heard or not.
            try? socket.send(Self.bytes([UInt32(words.count + 1), kind.rawValue] + words))
            frame = try receive()
        } catch {
            let hasEnded = process.wait(within: .milliseconds(200))
            throw failure(hasEnded ? end : "does not answer within \(patience) s: \(error)")
        }
        if frame.first == Kind.failure.rawValue {
            var reader = WordReader(frame, at: 1)
            throw failure("cannot go on: \((try? reader.text()) ?? "and does not say why")")
        }
        guard frame.first == answer.rawValue else { throw nonsense("frame \(frame[0]), not \(answer.rawValue)", frame) }
        return WordReader(frame, at: 1)
    }

    /// How it has ended.
    private var end: String { "has ended with exit code \(process.status)" }

    /// Waits for a whole frame; of what is none the first bytes, behind a word that is no kind.
    private func receive() throws(LoopbackSocket.Failure) -> [UInt32] {
        var bytes: [UInt8] = []
        var byteCount = 4
        while bytes.count < byteCount {
            try socket.receive(appendingTo: &bytes)
            guard byteCount == 4, bytes.count >= 4 else { continue }
            let count = Self.word(bytes, at: 0)
            guard (1...Self.mostWords).contains(count) else { break }
            byteCount = 4 + 4 * Int(count)
        }
        guard bytes.count == byteCount, byteCount > 4 else { return [.max] + bytes.prefix(64).map { UInt32($0) } }
        return (1...(byteCount / 4 - 1)).map { Self.word(bytes, at: 4 * $0) }
    }

    private static func word(_ bytes: [UInt8], at start: Int) -> UInt32 {
        UInt32(bytes[start]) | UInt32(bytes[start + 1]) << 8 | UInt32(bytes[start + 2]) << 16
            | UInt32(bytes[start + 3]) << 24
    }

    private static func bytes(_ words: [UInt32]) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(4 * words.count)
        for word in words {
            bytes.append(UInt8(truncatingIfNeeded: word))
            bytes.append(UInt8(truncatingIfNeeded: word >> 8))
            bytes.append(UInt8(truncatingIfNeeded: word >> 16))
            bytes.append(UInt8(truncatingIfNeeded: word >> 24))
        }
        return bytes
    }

    /// An answer that is none, most often because something else was printed in its place.
    private func nonsense(_ what: String, _ frame: [UInt32]) -> EnvironmentFailure {
        guard frame.first == .max else { return failure("answers \(what)") }
        let text = String(decoding: frame.dropFirst().map { UInt8(truncatingIfNeeded: $0) }, as: UTF8.self)
        let first = text.split(whereSeparator: \.isNewline).first.map(String.init) ?? text
        return failure(
            "answers what is no frame, beginning with '\(first.filter { $0.isASCII && !$0.isNewline })': "
                + "print to standard error, standard output is for frames"
        )
    }

    /// A failure with the last words of the program.
    ///
    /// - Parameter text: What is wrong, to go on from the world's name.
    /// - Returns: The failure.
    func failure(_ text: String) -> EnvironmentFailure {
        let written = (try? String(contentsOf: log, encoding: .utf8)) ?? ""
        let lines = written.split(whereSeparator: \.isNewline).suffix(Self.shownLineCount)
        let said = lines.isEmpty ? "" : "; it wrote:\n  " + lines.joined(separator: "\n  ")
        return EnvironmentFailure("the world '\(command)' \(text)\(said)")
    }
}
