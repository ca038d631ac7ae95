import RunPages
import Synchronization
import Testing

@Suite("What takes a while and is made for a page")
struct WorkshopTests {
    @Test("is made once, tells its pieces as they come, and is there afterwards")
    func making() {
        let shop = Workshop("test", mostWorks: 3)
        let count = Mutex(0)
        let make: @Sendable (Workshop.Bench) throws -> Void = { bench in
            count.withLock { $0 += 1 }
            try bench.keep("0", [1, 2])
            try bench.note(0.5)
            try bench.keep("1", [3])
            try bench.keep("to/7", [4])
        }
        #expect(shop.status(of: "a", make: make).state == .waiting)
        shop.finish()
        let status = shop.status(of: "a", make: make)
        #expect(status.state == .ready && status.pieces == 2 && count.withLock { $0 } == 1)
        #expect(shop.piece("0", of: "a") == [1, 2] && shop.piece("to/7", of: "a") == [4])
        #expect(shop.piece("2", of: "a") == nil && shop.piece("0", of: "b") == nil)
    }

    @Test("says why it cannot be made")
    func failure() {
        struct Reason: Error, CustomStringConvertible { let description = "the file is cut short" }
        let shop = Workshop("test", mostWorks: 3)
        let make: @Sendable (Workshop.Bench) throws -> Void = { _ in throw Reason() }
        _ = shop.status(of: "a", make: make)
        shop.finish()
        let status = shop.status(of: "a", make: make)
        #expect(status.state == .failed && status.reason == "the file is cut short")
    }

    @Test("gives way, the oldest first, where there is too much of it, and is made once more when it is asked for")
    func bounds() {
        let shop = Workshop("test", mostWorks: 2, mostBytes: 1000)
        let count = Mutex(0)
        let make: @Sendable (Workshop.Bench) throws -> Void = { bench in
            count.withLock { $0 += 1 }
            try bench.keep("0", Array(repeating: 0, count: 600))
        }
        for name in ["a", "b"] {
            _ = shop.status(of: name, make: make)
            shop.finish()
        }
        // Two of them are too many bytes.
        #expect(shop.piece("0", of: "a") == nil && shop.piece("0", of: "b") != nil)
        #expect(shop.status(of: "a", make: make).state == .waiting)
        shop.finish()
        #expect(shop.status(of: "a", make: make).state == .ready && count.withLock { $0 } == 3)
    }

    @Test("is given up when nobody asks for it any more")
    func patience() {
        let shop = Workshop("test", mostWorks: 2, patience: .zero)
        let ended = Mutex<String?>(nil)
        _ = shop.status(of: "a") { bench in
            try bench.keep("0", [1])
            ended.withLock { $0 = "made" }
        }
        shop.finish()
        #expect(ended.withLock { $0 } == nil && shop.piece("0", of: "a") == nil)
    }
}

@Suite("Updates of shards over time")
struct ShardCourseTests {
    @Test("stay few however long a run is, and cover all of it")
    func course() throws {
        var course = ShardCourse()
        for second in 0..<5000 { course.note([UInt64(second), 2 * UInt64(second)], at: Double(second)) }
        #expect((40...120).contains(course.points.count))
        let last = try #require(course.points.last)
        #expect(course.points[0].seconds == 0 && last.seconds > 4900)
        #expect(course.points.allSatisfy { $0.updates == [UInt64($0.seconds), 2 * UInt64($0.seconds)] })
        let gaps = zip(course.points, course.points.dropFirst()).map { $1.seconds - $0.seconds }
        let (least, most) = (try #require(gaps.min()), try #require(gaps.max()))
        #expect(most <= 2 * least + 1)
    }

    @Test("are not kept of more shards than a picture can show")
    func manyShards() {
        var course = ShardCourse()
        course.note(Array(repeating: 1, count: 1000), at: 0)
        course.note([], at: 1)
        #expect(course.points.isEmpty)
    }
}
