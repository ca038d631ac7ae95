import Checkpoints
import Foundation
import TabularLearning
import Testing

@Suite("Checkpoints")
struct CheckpointStoreTests {
    private typealias Sample = CheckpointSample

    @Test("what was written is read, from real files too, and is a policy folder")
    func roundTrip() throws {
        let run = FileManager.default.temporaryDirectory.appendingPathComponent("run-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: run) }
        let folder = run.appendingPathComponent("checkpoints").path
        let disks: [(any FileTree, String)] = [(DiskFiles(), folder), (SimulatedFiles(), "checkpoints")]
        for (files, folder) in disks {
            let store = Sample.Store(folder: folder, files: files)
            #expect(try store.newest().checkpoint == nil)
            let written = try store.write(Sample.checkpoint(round: 11))
            #expect(written.leftovers.isEmpty)
            #expect(written.folder == folder + "/round-000000000011")
            #expect(Sample.isSame(try store.newest(of: "run-a").checkpoint, Sample.checkpoint(round: 11)))
            #expect(Sample.isSame(try store.read(round: 11), Sample.checkpoint(round: 11)))
            #expect(try files.names(in: folder) == ["round-000000000011"])
            #expect(try files.names(in: written.folder) == (Sample.partNames + ["checkpoint.json"]).sorted())
            let sizes = try files.names(in: written.folder).map { try files.byteCount(of: written.folder + "/" + $0) }
            #expect(sizes.reduce(0, +) == written.byteCount)
        }
        let policy = try PolicyFolder<Sample.Note>(
            readingFrom: URL(fileURLWithPath: folder + "/round-000000000011")
        )
        #expect(policy.table.cells == Sample.checkpoint(round: 11).table.cells)
        #expect(policy.description == Sample.Note())
    }

    @Test("a table of many blocks comes back bit for bit")
    func manyBlocks() throws {
        var checkpoint = Sample.checkpoint(round: 0)
        checkpoint.table = ActionValueTable(rowCount: 50_001, actionCount: 3, initialValue: -1)
        for row in 0..<50_001 {
            checkpoint.table.update(row: row, action: row % 3, toward: Float(row), stepSize: .constant(1))
        }
        checkpoint.point.transitions = 50_001
        checkpoint.sections = Sample.sections(["long": Array(0..<200_000), "short": Array(0..<7)])
        let store = Sample.Store(folder: Sample.folder, files: SimulatedFiles())
        try store.write(checkpoint)
        #expect(Sample.isSame(try store.newest().checkpoint, checkpoint))
    }

    @Test("the ledger is that of the updates, whatever the visit counts are")
    func visitsAtTheirLimit() throws {
        var checkpoint = Sample.checkpoint(round: 4)
        checkpoint.table.replaceCells(from: 0, with: [.init(value: 1, visitCount: .max)])
        checkpoint.table.update(row: 0, action: 0, toward: 1, stepSize: .constant(1))
        checkpoint.point.transitions += 1
        let store = Sample.Store(folder: Sample.folder, files: SimulatedFiles())
        try store.write(checkpoint)
        let read = try store.newest().checkpoint
        #expect(Sample.isSame(read, checkpoint))
        #expect(read?.table.updateCount == 5)
    }

    @Test("the newest two stay, or as many as wanted", arguments: [1, 2, 3])
    func pruning(keptCount: Int) throws {
        let store = Sample.Store(folder: Sample.folder, files: SimulatedFiles(), keptCount: keptCount)
        for round in 1...5 { try store.write(Sample.checkpoint(round: UInt64(round))) }
        #expect(try store.rounds == (1...5).suffix(keptCount).map { UInt64($0) })
    }

    @Test("a run that went back leaves no later round behind")
    func wentBack() throws {
        let store = Sample.Store(folder: Sample.folder, files: SimulatedFiles(), keptCount: 3)
        for round: UInt64 in [10, 20, 30] { try store.write(Sample.checkpoint(round: round)) }
        try store.write(Sample.checkpoint(round: 15, epoch: 2))
        #expect(try store.rounds == [10, 15])
        #expect(try store.newest().checkpoint?.point.epoch == 2)
    }

    @Test("a round that is written again has the later epoch")
    func sameRound() throws {
        let files = SimulatedFiles()
        let store = Sample.Store(folder: Sample.folder, files: files)
        for epoch in [1, 2, 3] { try store.write(Sample.checkpoint(round: 10, epoch: UInt32(epoch))) }
        #expect(try store.newest().checkpoint?.point.epoch == 3)
        #expect(try files.names(in: Sample.folder) == ["round-000000000010"])
    }

    @Test("another run's checkpoint is refused with both names")
    func otherRun() throws {
        let store = Sample.Store(folder: Sample.folder, files: try Sample.files(round: 4))
        for search in [{ try store.newest(of: "run-b").checkpoint }, { try store.read(round: 4, of: "run-b") }] {
            let failure = #expect(throws: FileFailure.self) { try search() }
            #expect(failure?.code == .foreign)
            #expect(failure?.description.contains("run-a") == true && failure?.description.contains("run-b") == true)
        }
    }

    @Test("a ledger that does not balance is not written")
    func ledger() throws {
        let store = Sample.Store(folder: Sample.folder, files: try Sample.files(round: 4))
        var checkpoint = Sample.checkpoint(round: 5)
        checkpoint.point.transitions += 1
        let failure = #expect(throws: FileFailure.self) { try store.write(checkpoint) }
        #expect(failure?.description.contains("6 transitions") == true)
        #expect(try store.rounds == [4])
    }

    @Test("a round without a checkpoint is answered with those that have one")
    func noSuchRound() throws {
        let store = Sample.Store(folder: Sample.folder, files: try Sample.files(round: 4))
        let failure = #expect(throws: FileFailure.self) { try store.read(round: 5) }
        #expect(failure?.code == .inaccessible)
        #expect(failure?.description.contains("[4]") == true)
    }

    @Test("names that are no checkpoint's are left alone")
    func otherNames() throws {
        let files = try Sample.files(round: 4)
        let others = [
            "round-", "round-4", "round-00000000000x", "round-99999999999999999999999", "notes", ".round-0.old",
        ]
        for name in others { try files.makeFolder(Sample.folder + "/" + name) }
        let store = Sample.Store(folder: Sample.folder, files: files, keptCount: 1)
        #expect(try store.rounds == [4])
        try store.write(Sample.checkpoint(round: 5))
        #expect(try files.names(in: Sample.folder) == (others + ["round-000000000005"]).sorted())
    }
}
