import Checkpoints
import Foundation
import TabularLearning
import Testing

@Suite("Policy folders")
struct PolicyFolderTests {
    private struct Note: Codable, Sendable, Equatable {
        var text: String
    }

    private static func table() -> ActionValueTable {
        var table = ActionValueTable(rowCount: 3, actionCount: 2, initialValue: 0.5)
        table.update(row: 1, action: 1, toward: -2, stepSize: .constant(0.5))
        table.update(row: 2, action: 0, toward: 9, stepSize: .constant(1))
        return table
    }

    private func withFolder(_ body: (URL) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("policy-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        try body(folder)
    }

    @Test("the names of states and actions stand in the folder, for who has no scenario")
    func names() throws {
        try withFolder { folder in
            let space = StateSpace(
                factors: [.init("light", levels: ["red", "green"]), .init("queue", count: 4)],
                actions: ["stay", "change"]
            )
            try PolicyFolder(description: Note(text: "n"), table: Self.table(), space: space).write(to: folder)
            #expect(try PolicyFolder<Note>(readingFrom: folder).description == Note(text: "n"))
            let manifest = try JSONSerialization.jsonObject(
                with: Data(contentsOf: folder.appendingPathComponent("policy.json"))
            )
            let names = try #require((manifest as? [String: Any])?["space"] as? [String: Any])
            #expect(names["actions"] as? [String] == ["stay", "change"])
            let factors = try #require(names["factors"] as? [[String: Any]])
            #expect(factors.map { $0["name"] as? String } == ["light", "queue"])
            #expect(factors.map { $0["count"] as? Int } == [2, 4])
            #expect(factors.map { $0["levels"] as? [String] } == [["red", "green"], nil])
        }
    }

    @Test("what was written is read, also over an older policy")
    func roundTrip() throws {
        try withFolder { folder in
            try PolicyFolder(description: Note(text: "older"), table: Self.table()).write(to: folder)
            var table = Self.table()
            table.update(row: 0, action: 0, toward: 1, stepSize: .constant(0.1))
            try PolicyFolder(description: Note(text: "newer"), table: table).write(to: folder)
            let read = try PolicyFolder<Note>(readingFrom: folder)
            #expect(read.description == Note(text: "newer"))
            #expect(read.table.cells == table.cells)
            #expect(read.digest == TableDigest(of: table))
            let left = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
            #expect(left == ["action-values.npy", "policy.json", "visit-counts.npy"])
        }
    }

    @Test("a value that is no number is refused, though every digest is right", arguments: [Float.nan, .infinity])
    func notFinite(value: Float) throws {
        try withFolder { folder in
            var table = Self.table()
            table.replaceCells(from: 3, with: [.init(value: value, visitCount: 1)])
            try PolicyFolder(description: Note(text: ""), table: table).write(to: folder)
            let failure = #expect(throws: FileFailure.self) { try PolicyFolder<Note>(readingFrom: folder) }
            #expect(failure?.code == .damaged && failure?.description.contains("state 1, action 1") == true)
        }
    }

    @Test("the digest is the SHA-256 of values and visit counts in little-endian order")
    func digest() {
        // printf '\x00\x00\x00\x3f\x00\x00\x00\x00' | sha256sum
        let table = ActionValueTable(rowCount: 1, actionCount: 1, initialValue: 0.5)
        #expect(
            TableDigest(of: table).description == "f8165c9d0cf6c4ea37064066919ab06804e3fc92d92d84a32288f8e61d005b64"
        )
    }

    @Test("numpy finds its header where it looks for it")
    func numpyHeader() throws {
        try withFolder { folder in
            try PolicyFolder(description: Note(text: ""), table: Self.table()).write(to: folder)
            let bytes = Array(try Data(contentsOf: folder.appendingPathComponent("action-values.npy")))
            #expect(bytes[..<8] == [0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59, 1, 0])
            let length = Int(bytes[8]) + Int(bytes[9]) << 8
            #expect((10 + length) % 64 == 0)
            let header = String(decoding: bytes[10..<(10 + length)], as: UTF8.self)
            #expect(header.hasPrefix("{'descr': '<f4', 'fortran_order': False, 'shape': (3, 2), }"))
            #expect(header.hasSuffix("\n"))
            #expect(bytes.count == 10 + length + 24)
        }
    }

    @Test("every damaged byte and every truncation is refused")
    func damage() throws {
        try withFolder { folder in
            try PolicyFolder(description: Note(text: "n"), table: Self.table()).write(to: folder)
            for name in ["action-values.npy", "visit-counts.npy", "policy.json"] {
                let file = folder.appendingPathComponent(name)
                let whole = try Data(contentsOf: file)
                for length in stride(from: 0, to: whole.count, by: 7) {
                    try whole.prefix(length).write(to: file)
                    #expect(throws: FileFailure.self) { try PolicyFolder<Note>(readingFrom: folder) }
                }
                try whole.write(to: file)
            }
            let file = folder.appendingPathComponent("visit-counts.npy")
            let whole = try Data(contentsOf: file)
            for index in 128..<whole.count {
                var flipped = whole
                flipped[index] ^= 4
                try flipped.write(to: file)
                #expect(throws: FileFailure.self) { try PolicyFolder<Note>(readingFrom: folder) }
            }
        }
    }

    @Test("a description that promises a huge table allocates nothing")
    func hugeTable() throws {
        try withFolder { folder in
            try PolicyFolder(description: Note(text: "n"), table: Self.table()).write(to: folder)
            let file = folder.appendingPathComponent("policy.json")
            let json = try String(contentsOf: file, encoding: .utf8)
            for count in ["-1", "0", "99999999999999", "9223372036854775807", "4000000000"] {
                let other = json.replacingOccurrences(of: "\"stateCount\" : 3", with: "\"stateCount\" : \(count)")
                #expect(other != json)
                try Data(other.utf8).write(to: file)
                #expect(throws: FileFailure.self) { try PolicyFolder<Note>(readingFrom: folder) }
            }
        }
    }
}
