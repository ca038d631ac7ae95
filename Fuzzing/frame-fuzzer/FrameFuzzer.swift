internal import Foundation
internal import FrameFuzzing

private let readers = FrameReaders()

/// Lets a reader read what libFuzzer has thought of.
///
/// The first byte chooses the reader; the others are the frame, each four a little-endian word.
@c(LLVMFuzzerTestOneInput)
func testOneInput(_ data: UnsafePointer<UInt8>?, _ size: Int) -> CInt {
    let bytes = UnsafeBufferPointer(start: data, count: size)
    guard let choice = bytes.first else { return 0 }
    var words: [UInt32] = []
    for start in stride(from: 1, through: bytes.count - 4, by: 4) {
        let (low, high) = (UInt32(bytes[start]) | UInt32(bytes[start + 1]) << 8, UInt32(bytes[start + 2]))
        words.append(low | high << 16 | UInt32(bytes[start + 3]) << 24)
    }
    let all = FrameReaders.Reader.allCases
    readers.read(words, by: all[Int(choice) % all.count])
    return 0
}

/// Writes the frames of a sound run into the folder that `FRAME_FUZZER_SEEDS` names, each for the readers that take it.
@c(LLVMFuzzerInitialize)
func initialize(
    _ count: UnsafeMutablePointer<CInt>?,
    _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?>?
) -> CInt {
    guard let folder = ProcessInfo.processInfo.environment["FRAME_FUZZER_SEEDS"] else { return 0 }
    for (number, frame) in readers.corpus.enumerated() {
        for reader in FrameReaders.Reader.allCases where readers.read(frame, by: reader) {
            let bytes = frame.flatMap { word in (0..<4).map { UInt8(truncatingIfNeeded: word >> (8 * $0)) } }
            let file = "\(folder)/\(number)-\(reader)"
            guard FileManager.default.createFile(atPath: file, contents: Data([UInt8(reader.rawValue)] + bytes)) else {
                fatalError("cannot write \(file)")
            }
        }
    }
    return 0
}
