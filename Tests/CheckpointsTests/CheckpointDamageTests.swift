import Checkpoints
import Foundation
import TabularLearning
import Testing

@Suite("Damaged checkpoints")
struct CheckpointDamageTests {
    private typealias Sample = CheckpointSample

    private static let fileNames = Sample.partNames + ["checkpoint.json"]

    @Test("every truncation of every file is refused", arguments: fileNames)
    func truncations(name: String) throws {
        let files = try Sample.files(round: 4)
        let store = Sample.Store(folder: Sample.folder, files: files)
        let file = Sample.name(of: 4) + "/" + name
        let whole = Array(Sample.contents(of: file, files))
        for length in 0..<whole.count {
            files.damage(file) { $0 = Array(whole.prefix(length)) }
            let failure = #expect(throws: FileFailure.self) { try store.read(round: 4) }
            #expect(failure?.code == .damaged && failure?.description.contains(name) == true)
        }
        files.damage(file) { $0 = whole + [0] }
        #expect(throws: FileFailure.self) { try store.read(round: 4) }
        files.damage(file) { $0 = whole }
        #expect(Sample.isSame(try store.read(round: 4), Sample.checkpoint(round: 4)))
    }

    @Test("every single flipped bit of every file is refused", arguments: fileNames)
    func bitFlips(name: String) throws {
        let files = try Sample.files(round: 4)
        let store = Sample.Store(folder: Sample.folder, files: files)
        let file = Sample.name(of: 4) + "/" + name
        for bit in 0..<(8 * Sample.contents(of: file, files).count) {
            files.damage(file) { $0[bit / 8] ^= 1 << UInt8(bit % 8) }
            let failure = #expect(throws: FileFailure.self) { try store.read(round: 4) }
            #expect(failure?.code == .damaged)
            files.damage(file) { $0[bit / 8] ^= 1 << UInt8(bit % 8) }
        }
    }

    @Test("every missing file is refused by name", arguments: fileNames)
    func missing(name: String) throws {
        let files = try Sample.files(round: 4)
        try files.remove(Sample.name(of: 4) + "/" + name)
        let store = Sample.Store(folder: Sample.folder, files: files)
        let failure = #expect(throws: FileFailure.self) { try store.read(round: 4) }
        #expect(failure?.code == .inaccessible && failure?.description.contains(name) == true)
    }

    @Test("the newest whole one is found, and what was passed over is said")
    func skipping() throws {
        let files = SimulatedFiles()
        let store = Sample.Store(folder: Sample.folder, files: files, keptCount: 3)
        for round in [1, 2, 3] { try store.write(Sample.checkpoint(round: UInt64(round))) }
        files.damage(Sample.name(of: 3) + "/state.bin") { $0[5] ^= 1 }
        try files.remove(Sample.name(of: 2) + "/checkpoint.json")
        let search = try store.newest(of: "run-a")
        #expect(Sample.isSame(search.checkpoint, Sample.checkpoint(round: 1)))
        #expect(search.skipped.map(\.code) == [.damaged, .inaccessible])
        #expect(search.skipped.first?.description.contains("round-000000000003/state.bin") == true)
    }

    @Test("another format is refused before anything else is looked at")
    func otherFormat() throws {
        let files = try Sample.files(round: 4)
        Sample.forge(files, round: 4) { _ in "{\"format\": 1, \"parts\": []}" }
        let failure = #expect(throws: FileFailure.self) {
            try Sample.Store(folder: Sample.folder, files: files).newest()
        }
        #expect(failure?.code == .foreign && failure?.description.contains("format 1") == true)
    }

    @Test(
        "a manifest that names other files, or sizes that cannot be, is refused",
        arguments: [
            ("\"state.bin\"", "\"../../secret\""), ("\"state.bin\"", "\"/etc/passwd\""),
            ("\"state.bin\"", "\"policy.json\""), ("\"byteCount\" : 36", "\"byteCount\" : 9000000000000000000"),
            ("\"byteCount\" : 36", "\"byteCount\" : 90000000000000000000"),
            ("\"byteCount\" : 36", "\"byteCount\" : -1"),
            ("\"round\" : 4", "\"round\" : 5"), ("\"transitions\" : 4", "\"transitions\" : 5"),
            ("\"updates\" : 4", "\"updates\" : 3"),
            ("\"epoch\" : 1", "\"epoch\" : 4294967296"), ("\"format\" : 4", "\"format\" : true"),
        ]
    )
    func forgedManifest(old: String, new: String) throws {
        let files = try Sample.files(round: 4)
        Sample.forge(files, round: 4) { text in
            #expect(text.contains(old))
            return text.replacingOccurrences(of: old, with: new)
        }
        let store = Sample.Store(folder: Sample.folder, files: files)
        let failure = #expect(throws: FileFailure.self) { try store.read(round: 4) }
        #expect(failure?.code == .damaged)
    }

    @Test("sections whose counts promise more than there is, or whose names are none or come twice, are refused")
    func forgedSections() throws {
        let hostile: [[UInt32]] = [
            [.max], [1, .max], [2, 0], [1, 1, 5, 5], [1, 0x4000_0000, 1], [1, 65, 0, 1, 65, 0],
        ]
        for words in hostile {
            let files = try Sample.files(round: 4)
            let bytes = words.flatMap { word in (0..<4).map { UInt8(truncatingIfNeeded: word >> (8 * $0)) } }
            Sample.forge(files, round: 4, part: "state.bin", Data(bytes))
            let failure = #expect(throws: FileFailure.self) {
                try Sample.Store(folder: Sample.folder, files: files).read(round: 4)
            }
            #expect(failure?.description.contains("state.bin") == true)
        }
    }

    @Test("a policy that promises a huge table allocates nothing")
    func forgedPolicy() throws {
        for count in ["4000000000", "1000000000", "4", "0", "-3"] {
            let files = try Sample.files(round: 4)
            let old = Sample.contents(of: Sample.name(of: 4) + "/policy.json", files)
            let new = String(decoding: old, as: UTF8.self)
                .replacingOccurrences(of: "\"stateCount\" : 3", with: "\"stateCount\" : \(count)")
            Sample.forge(files, round: 4, part: "policy.json", Data(new.utf8))
            let failure = #expect(throws: FileFailure.self) {
                try Sample.Store(folder: Sample.folder, files: files).read(round: 4)
            }
            #expect(failure?.description.contains("SHA-256") == false)
        }
    }
}
