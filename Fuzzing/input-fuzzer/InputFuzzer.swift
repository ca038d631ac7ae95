internal import Dispatch
internal import Foundation
internal import InputFuzzing

/// The reader that `INPUT_FUZZER_READER` names.
private let reader: InputReaders.Reader = {
    let name = ProcessInfo.processInfo.environment["INPUT_FUZZER_READER"] ?? ""
    guard let reader = InputReaders.Reader.allCases.first(where: { "\($0)" == name }) else {
        fatalError("INPUT_FUZZER_READER is one of \(InputReaders.Reader.allCases)")
    }
    return reader
}()

/// The readers; they begin to serve on a thread of their own.
private let readers: InputReaders = {
    final class Box: @unchecked Sendable { var readers: InputReaders? }
    let (box, isDone) = (Box(), DispatchSemaphore(value: 0))
    Task.detached {
        box.readers = try? await InputReaders()
        isDone.signal()
    }
    isDone.wait()
    guard let readers = box.readers else { fatalError("the readers do not begin") }
    return readers
}()

/// Lets the reader read what libFuzzer has thought of.
@c(LLVMFuzzerTestOneInput)
func testOneInput(_ data: UnsafePointer<UInt8>?, _ size: Int) -> CInt {
    if let finding = readers.read(Array(UnsafeBufferPointer(start: data, count: size)), by: reader) {
        fatalError(finding)
    }
    return 0
}
