import Checkpoints
import Foundation
import TabularLearning
import Testing

@Suite("Checkpoints under failures")
struct CheckpointCrashTests {
    private typealias Sample = CheckpointSample

    /// How a machine stops, and what it finds when it starts again.
    enum Stop: Sendable, CaseIterable {
        case kill
        case powerCut
    }

    /// Writes round 10, then stops at one operation of writing round 20.
    private static func stopped(
        at operation: Int,
        keptCount: Int,
        writesManifestFirst: Bool = false
    ) throws -> (files: SimulatedFiles, store: Sample.Store, hasFinished: Bool) {
        let files = SimulatedFiles(with: "/run")
        let store = Sample.Store(
            folder: Sample.folder,
            files: files,
            keptCount: keptCount,
            writesManifestFirst: writesManifestFirst
        )
        try store.write(Sample.checkpoint(round: 10))
        files.stop(after: operation)
        let written = try? store.write(Sample.checkpoint(round: 20))
        return (files, store, written?.leftovers.isEmpty == true)
    }

    private static func restart(_ files: SimulatedFiles, after stop: Stop, seed: UInt64) {
        switch stop {
        case .kill: files.restartAfterKill()
        case .powerCut: files.restartAfterPowerCut(seed: seed)
        }
    }

    @Test("whenever the machine stops there is the old or the new one", arguments: Stop.allCases, [1, 2])
    func everyStop(stop: Stop, keptCount: Int) throws {
        var operation = 0
        var newCount = 0
        while true {
            let seeds: Range<UInt64> = stop == .kill ? 0..<1 : 0..<20
            var hasFinished = false
            for seed in seeds {
                let run = try Self.stopped(at: operation, keptCount: keptCount)
                hasFinished = run.hasFinished
                Self.restart(run.files, after: stop, seed: seed)
                let found = try run.store.newest(of: "run-a")
                let isNew = Sample.isSame(found.checkpoint, Sample.checkpoint(round: 20))
                #expect(isNew || Sample.isSame(found.checkpoint, Sample.checkpoint(round: 10)))
                #expect(found.skipped.isEmpty, "what was not finished is not seen")
                #expect(isNew || !hasFinished)
                newCount += isNew ? 1 : 0

                try run.store.write(Sample.checkpoint(round: 30, epoch: 2))
                #expect(try run.store.rounds.last == 30)
                let left = try run.files.names(in: Sample.folder)
                #expect(left.count <= keptCount && left.allSatisfy { !$0.hasPrefix(".") })
            }
            if hasFinished { break }
            operation += 1
        }
        #expect(operation > 15 && newCount > 0)
    }

    @Test("whenever the machine stops while a round is written again it is there", arguments: Stop.allCases)
    func everyStopOfSameRound(stop: Stop) throws {
        for operation in 0..<40 {
            for seed in 0..<(stop == .kill ? 1 : 20) {
                let files = SimulatedFiles(with: "/run")
                let store = Sample.Store(folder: Sample.folder, files: files, keptCount: 1)
                try store.write(Sample.checkpoint(round: 10))
                files.stop(after: operation)
                _ = try? store.write(Sample.checkpoint(round: 10, epoch: 2))
                Self.restart(files, after: stop, seed: UInt64(seed))
                let found = try store.newest()
                #expect(found.checkpoint?.point.round == 10 && found.skipped.isEmpty)
                #expect(try store.read(round: 10).point.epoch == found.checkpoint?.point.epoch)
            }
        }
    }

    @Test("a manifest that is written first is found out")
    func plantedBug() throws {
        var lost = 0
        for operation in 0..<60 {
            let run = try Self.stopped(at: operation, keptCount: 2, writesManifestFirst: true)
            run.files.restartAfterKill()
            if try run.store.newest().checkpoint == nil { lost += 1 }
        }
        #expect(lost > 0)
    }

    @Test("a full disk leaves the earlier ones, and says so; with space again the run goes on")
    func diskFull() throws {
        let files = SimulatedFiles(with: "/run")
        let store = Sample.Store(folder: Sample.folder, files: files)
        try store.write(Sample.checkpoint(round: 10))
        let used = files.usedByteCount
        for capacity in stride(from: 0, to: 2 * used - 1, by: 13) {
            files.capacity = capacity
            let failure = #expect(throws: FileFailure.self) { try store.write(Sample.checkpoint(round: 20)) }
            #expect(failure?.code == .inaccessible)
            #expect(failure?.description.contains("no space left on the device") == true)
            #expect(files.usedByteCount == used)
            #expect(Sample.isSame(try store.newest().checkpoint, Sample.checkpoint(round: 10)))
        }
        files.capacity = .max
        try store.write(Sample.checkpoint(round: 20))
        #expect(try store.rounds == [10, 20])
    }
}
