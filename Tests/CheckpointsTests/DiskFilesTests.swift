import Checkpoints
import Foundation
import Testing

@Suite("Files")
struct DiskFilesTests {
    private func withFolder(_ body: (URL) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("files-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        try body(folder)
    }

    @Test("a file is replaced as a whole and nothing else is left")
    func replacing() throws {
        try withFolder { folder in
            try AtomicFile.makeFolder(folder.appendingPathComponent("a/b"))
            let file = folder.appendingPathComponent("a/b/c")
            for text in ["older", "new"] {
                try AtomicFile.write(Data(text.utf8), to: file)
                #expect(try AtomicFile.read(file) == Data(text.utf8))
            }
            #expect(try DiskFiles().names(in: folder.path + "/a/b") == ["c"])
        }
    }

    @Test("what is written in blocks is read in blocks")
    func blocks() throws {
        try withFolder { folder in
            let files = DiskFiles()
            try files.makeFolder(folder.path)
            let file = folder.path + "/blocks"
            let contents = Data((0..<600_000).map { UInt8(truncatingIfNeeded: $0 &* $0 >> 7) })
            try files.write(file, Self.pieces(of: contents, by: 100_000))
            try files.write(file, Self.pieces(of: contents, by: 70_001))
            var sizes: [Int] = []
            var read = Data()
            try files.read(file) { block in
                sizes.append(block.count)
                read += block
            }
            #expect(read == contents)
            #expect(sizes == [262_144, 262_144, 75_712])
            #expect(try files.byteCount(of: file) == 600_000)
        }
    }

    private static func pieces(of contents: Data, by size: Int) -> (inout Data) -> Void {
        var start = 0
        return { block in
            block = Data(contents.dropFirst(start).prefix(size))
            start += size
        }
    }

    @Test("a failure names the file and the reason")
    func failures() throws {
        try withFolder { folder in
            let files = DiskFiles()
            let missing = folder.path + "/missing"
            #expect(try files.names(in: missing) == [])
            try files.remove(missing)
            let failures = [
                #expect(throws: FileFailure.self) { try files.byteCount(of: missing) },
                #expect(throws: FileFailure.self) { try files.read(missing) { _ in } },
                #expect(throws: FileFailure.self) { try files.write(missing) { $0 = Data() } },
                #expect(throws: FileFailure.self) { try files.synchronize(folder: missing) },
                #expect(throws: FileFailure.self) { try files.rename(missing, to: folder.path + "/new") },
            ]
            for failure in failures {
                #expect(failure?.code == .inaccessible)
                #expect(failure?.description.contains(missing) == true)
            }
            try files.makeFolder(folder.path)
            let failure = #expect(throws: FileFailure.self) { try files.byteCount(of: folder.path) }
            #expect(failure?.description.contains("not a file") == true)
        }
    }

    @Test("a full device is called that")
    func fullDevice() throws {
        let failure = #expect(throws: FileFailure.self) {
            try DiskFiles().write("/dev/full") { $0 = Data(repeating: 1, count: 4096) }
        }
        #expect(failure?.description == "cannot write /dev/full: no space left on the device")
    }
}
