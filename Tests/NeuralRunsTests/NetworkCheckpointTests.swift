import Checkpoints
import ClassicWorlds
import Foundation
import NeuralLearning
import NeuralRuns
import Testing

@Suite("The checkpoint of a network")
struct NetworkCheckpointTests {
    private typealias Learner = NetworkFolderTests.Learner

    @Test("is gone on from to the digest of a run that nothing has stopped, by any number of threads")
    func resume() throws {
        let world = ControlWorld(CartPole())
        let settings = NetworkFolderTests.settings
        let whole = try NetworkFolderTests.run(DQNLearner(world, settings))
        try NetworkFolderTests.withFolder { folder in
            let stopped = try NetworkFolderTests.run(DQNLearner(world, settings), stopAt: 200, to: folder)
            #expect(stopped.stepsTaken == 200 && NetworkCheckpoint.exists(in: folder))
            let checkpoint = try NetworkCheckpoint(from: folder)
            #expect(checkpoint.scenario == "pole" && checkpoint.settings == LearnerSettings(settings))
            #expect(try NetworkCheckpoint.owner(in: folder) == ("pole", "dqn"))
            let resumed = try NetworkFolderTests.run(checkpoint.learner(in: world) as Learner, threads: 3)
            #expect(NetworkDigest(resumed.shape, resumed.online) == NetworkDigest(whole.shape, whole.online))
            #expect(resumed.best == whole.best && resumed.curve == whole.curve)
        }
    }

    @Test("is written as often as was asked for, and changes nothing")
    func schedule() throws {
        let world = ControlWorld(CartPole())
        let whole = try NetworkFolderTests.run(DQNLearner(world, NetworkFolderTests.settings))
        try NetworkFolderTests.withFolder { folder in
            let other = try NetworkFolderTests.run(
                DQNLearner(world, NetworkFolderTests.settings),
                checkpointEvery: 150,
                to: folder
            )
            #expect(other.online == whole.online)
            let saved: Learner = try NetworkCheckpoint(from: folder).learner(in: world)
            #expect(saved.stepsTaken >= 300 && saved.stepsTaken < 400)
        }
    }

    @Test("is written where a run is stopped during a long warm-up, and at no interval that is beyond all counting")
    func warmUp() throws {
        var settings = NetworkFolderTests.settings
        (settings.warmUp, settings.steps, settings.evaluateEvery) = (40_000, 50_000, 50_000)
        let whole = DQNLearner(ControlWorld(CartPole()), settings)
        var team = SliceTeam(threads: 1, SliceComputer(whole.shape, isDouble: true, loss: .huber))
        var asked = 0
        func shouldStop() -> Bool {
            asked += 1
            return asked == 3
        }
        var run = NetworkRun(whole, checkpointEvery: .max)
        var written: [UInt64] = []
        let isComplete = try run.run(
            &team,
            shouldStop: shouldStop,
            observe: { _ in },
            checkpoint: { written.append($0.stepsTaken) }
        )
        #expect(!isComplete)
        #expect(written == [20_000])
        // A run that begins with steps behind it.
        var later = NetworkRun(run.learner, checkpointEvery: .max)
        asked = 2
        let isLaterComplete = try later.run(&team, shouldStop: shouldStop, observe: { _ in }, checkpoint: { _ in })
        #expect(!isLaterComplete)
    }

    @Test("is refused where a byte of it is another, where it is cut short, and in another world")
    func damage() throws {
        try NetworkFolderTests.withFolder { folder in
            _ = try NetworkFolderTests.run(
                DQNLearner(ControlWorld(CartPole()), NetworkFolderTests.settings),
                stopAt: 100,
                to: folder
            )
            let file = URL(fileURLWithPath: "\(folder)/\(NetworkCheckpoint.fileName)")
            let whole = try Data(contentsOf: file)
            for place in stride(from: 0, to: whole.count, by: 1999) {
                var changed = whole
                changed[place] ^= 0x10
                try changed.write(to: file)
                #expect(throws: FileFailure.self) { _ = try NetworkCheckpoint(from: folder) }
            }
            for count in [0, 3, 32, 400, whole.count - 4] {
                try whole.prefix(count).write(to: file)
                #expect(throws: FileFailure.self) { _ = try NetworkCheckpoint(from: folder) }
            }
            try whole.write(to: file)
            let checkpoint = try NetworkCheckpoint(from: folder)
            #expect(throws: FileFailure.self) {
                _ = try checkpoint.learner(in: ControlWorld(MountainCar())) as DQNLearner
            }
        }
    }

    @Test("of an actor is gone on from, and by no other learner")
    func actor() throws {
        let world = ControlWorld(Pendulum())
        let settings = NetworkFolderTests.actorSettings
        let whole = try NetworkFolderTests.run(ActorCriticLearner(world, settings))
        try NetworkFolderTests.withFolder { folder in
            _ = try NetworkFolderTests.run(ActorCriticLearner(world, settings), stopAt: 200, to: folder)
            let checkpoint = try NetworkCheckpoint(from: folder)
            #expect(checkpoint.settings == LearnerSettings(settings) && checkpoint.settings.learnerName == "td3")
            let saved: ActorCriticLearner = try checkpoint.learner(in: world)
            #expect(saved.stepsTaken == 200)
            let resumed = try NetworkFolderTests.run(saved, threads: 3)
            #expect(NetworkDigest(resumed.learning) == NetworkDigest(whole.learning))
            #expect(throws: FileFailure.self) { _ = try checkpoint.learner(in: world) as DQNLearner }
        }
    }
}
