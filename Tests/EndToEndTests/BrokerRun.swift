internal import Dispatch
internal import Foundation
internal import Logging
internal import Messaging
internal import RabbitMQMessaging
internal import Synchronization

/// One run over RabbitMQ whose master and workers a test starts by hand.
///
/// Whatever it started is ended with it, by its number, however the test ends.
final class BrokerRun {
    private static let starting = Task { try await LocalBroker.start(logger: Logger(label: "tests")) }

    /// The private node that the tests of this process share; it ends with the process.
    static var broker: LocalBroker {
        get async throws { try await starting.value }
    }

    let name = "e2e-\(UUID())"
    let address: BrokerAddress
    private var nodes: [Node] = []

    private init(_ address: BrokerAddress) {
        self.address = address
    }

    /// Gives a test a run of its own, and ends what is left of it afterwards.
    static func with<Result>(_ body: (BrokerRun) async throws -> Result) async throws -> Result {
        let run = BrokerRun(try await broker.address)
        defer { for node in run.nodes { node.end() } }
        return try await body(run)
    }

    /// Starts `shardq master`; the credentials are in its environment only.
    func startMaster(_ arguments: [String]) throws -> Node {
        try start(["master"] + arguments)
    }

    /// Starts `shardq worker`; the credentials are in its environment only.
    func startWorker(_ name: String, _ arguments: [String] = []) throws -> Node {
        try start(["worker", "--name", name] + arguments)
    }

    /// Starts `shardq watch`; the credentials are in its environment only.
    func startWatching(_ arguments: [String] = []) throws -> Node {
        try launch(["watch", name, "--broker", address.description] + arguments)
    }

    /// Starts `shardq actor`; the credentials are in its environment only.
    func startActor(_ name: String, _ arguments: [String] = []) throws -> Node {
        try start(["actor", "--name", name] + arguments)
    }

    /// Starts `shardq train`, which starts workers of its own.
    func startTraining(_ arguments: [String]) throws -> Node {
        try launch(["train"] + arguments + ["--broker", address.description])
    }

    private func start(_ arguments: [String]) throws -> Node {
        try launch(arguments + ["--broker", address.description, "--run", name])
    }

    private func launch(_ arguments: [String]) throws -> Node {
        let node = Node(try Program.start(arguments, environment: address.credentialEnvironment))
        nodes.append(node)
        return node
    }

    /// Waits until a master of this run gathers workers: until it refuses one that nobody could use.
    func awaitMaster(within limit: Duration = .seconds(180)) async throws {
        let (address, name) = (address, name)
        try await DedicatedThread.run(named: "visitor") {
            let endpoint = try RabbitMQTransport(address: address, run: name).connect(as: "visitor")
            defer { endpoint.disconnect() }
            try endpoint.open(.worker("old"))
            // A frame's mark, version 99 and kind 1 (an offer), five words of no meaning, the length; the name "old".
            let words: [UInt32] = [0x5152_4853, 0x0001_0063, 0, 0, 0, 0, 0, 2, 3, 0x0064_6C6F]
            let offer = Message(type: "JOIN", correlation: 0, body: words)
            let deadline = ContinuousClock.now + limit
            try endpoint.publish(offer, to: .control)
            while ContinuousClock.now < deadline {
                switch try endpoint.receive(within: .milliseconds(100)) {
                case .delivery: return
                case .returned: try endpoint.publish(offer, to: .control)
                default: break
                }
            }
            throw Overdue("no master of run \(name) answered within \(limit)")
        }
    }
}

/// A process of a run; waiting for it never blocks the threads of Swift's cooperative pool.
final class Node: Sendable {
    private let process: Process
    private let running: Mutex<Program.Running>
    private let ended = DispatchGroup()

    /// Watches a program.
    init(_ running: sending Program.Running) {
        process = running.process
        self.running = Mutex(running)
        let (process, ended) = (process, ended)
        ended.enter()
        Thread.detachNewThread {
            process.waitUntilExit()
            ended.leave()
        }
    }

    /// Waits for its end.
    ///
    /// - Throws: `Overdue` when it still runs after the limit.
    func wait(within limit: Duration = .seconds(180)) async throws -> Program.Result {
        try await DedicatedThread.run(named: "wait") { [self] in
            guard hasEnded(within: limit) else {
                throw Overdue("process \(process.processIdentifier) still runs after \(limit): \(errorSoFar)")
            }
            return running.withLock { $0.wait() }
        }
    }

    /// Waits until it has written something to standard error.
    ///
    /// - Throws: `Overdue` when it ends without, or has not after the limit.
    func wait(forError text: String, within limit: Duration = .seconds(180)) async throws {
        try await DedicatedThread.run(named: "wait") { [self] in
            let deadline = ContinuousClock.now + limit
            while !errorSoFar.contains(text) {
                guard ContinuousClock.now < deadline, !hasEnded(within: .milliseconds(10)) else {
                    throw Overdue("nothing about '\(text)' within \(limit): \(errorSoFar)")
                }
            }
        }
    }

    /// The number of its process.
    var identifier: Int32 { process.processIdentifier }

    /// Sends SIGKILL.
    func kill() { send(SIGKILL) }

    /// Sends a signal, unless it has ended.
    func send(_ signal: Int32) {
        if process.isRunning { Foundation.kill(identifier, signal) }
    }

    /// The numbers of the processes that it has started.
    var children: [Int32] {
        let tasks = "/proc/\(identifier)/task"
        let threads = (try? FileManager.default.contentsOfDirectory(atPath: tasks)) ?? []
        return threads.flatMap { thread in
            let text = (try? String(contentsOfFile: "\(tasks)/\(thread)/children", encoding: .utf8)) ?? ""
            return text.split(separator: " ").compactMap { Int32($0) }
        }
    }

    /// Ends it at once if it runs, and removes its files.
    func end() {
        kill()
        _ = running.withLock { $0.wait() }
    }

    /// Whether it has ended.
    var hasEnded: Bool { hasEnded(within: .zero) }

    /// What it has written to standard error so far.
    var errorSoFar: String { running.withLock { $0.errorSoFar } }

    private func hasEnded(within limit: Duration) -> Bool {
        ended.wait(timeout: .now() + .milliseconds(Int(limit / .milliseconds(1)))) == .success
    }
}

/// A condition that did not come true in time.
struct Overdue: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }

    /// Looks again and again until something is so, on a thread of its own.
    ///
    /// - Throws: `Overdue` when it is not after the limit.
    static func await(
        _ what: String,
        within limit: Duration,
        _ condition: @escaping @Sendable () throws -> Bool
    ) async throws {
        try await DedicatedThread.run(named: "look") {
            let deadline = ContinuousClock.now + limit
            let never = DispatchSemaphore(value: 0)
            while try !condition() {
                guard ContinuousClock.now < deadline else { throw Overdue("not within \(limit): \(what)") }
                _ = never.wait(timeout: .now() + .milliseconds(10))
            }
        }
    }
}
