import Messaging
import NeuralLearning
import NeuralNodes
import TabularLearning

/// A coordinator, workers and a broker in one thread, in which everything goes wrong that a seed says.
///
/// Messages of one sender to one mailbox keep their order; when they arrive is drawn. Workers are killed, sleep, go and come anew, and
/// the broker forgets all.
struct SimulatedWorkers<Computer: PortableComputer> {
    /// What goes wrong, in one of so many turns; 0 for never.
    struct Faults {
        var kills: Int
        var sleeps: Int
        var farewells: Int
        var brokerLosses: Int
        /// Messages to workers that a policy drops.
        var drops: Int

        static var none: Self { Self(kills: 0, sleeps: 0, farewells: 0, brokerLosses: 0, drops: 0) }
        static var all: Self { Self(kills: 60, sleeps: 80, farewells: 120, brokerLosses: 400, drops: 150) }
    }

    private struct Node {
        var worker: GradientWorker
        var inbox: [Message] = []
        var wakesAt = Duration.zero
    }

    private(set) var coordinator: GradientCoordinator<Computer>
    private var computer: Computer
    private let faults: Faults
    private var random: SplitMix64
    private var now = Duration.zero
    private var nodes: [String: Node] = [:]
    private let names: [String]
    /// What is on its way to the coordinator, by the mailbox that it came from: answers and returns.
    private var toCoordinator: [String: [MessagingEvent]] = [:]
    private(set) var faultCount = 0

    init(
        _ computer: Computer,
        workers: Int,
        faults: Faults,
        answerLimit: Duration = .seconds(1),
        seed: UInt64
    ) {
        self.computer = computer
        self.faults = faults
        coordinator = GradientCoordinator(computer, epoch: 5, answerLimit: answerLimit)
        random = SplitMix64(state: seed)
        names = (0..<workers).map { "w\($0)" }
        for name in names { start(name) }
    }

    private mutating func start(_ name: String) {
        let node = Node(worker: GradientWorker(id: name))
        nodes[name] = node
        toCoordinator[name, default: []].append(.delivery(node.worker.lifeSign, in: .control))
    }

    /// Waits until all workers are there; for calm seas.
    mutating func gather() {
        while coordinator.presentWorkers.count < names.count {
            let open = turn()
            precondition(open.isEmpty, "nothing is asked for yet")
        }
    }

    /// Has slices computed, through whatever happens meanwhile.
    mutating func gradients(of slices: [Computer.Slice], _ parameters: Computer.Parameters) -> [[SliceGradient]] {
        for _ in 0..<random.nextIndex(below: 8) {
            let open = turn()
            precondition(open.isEmpty, "all that was asked for is done")
        }
        var open = perform(coordinator.begin(slices, parameters, at: now))
        while true {
            for range in open {
                coordinator.take(
                    SliceShare(Array(slices[range]), from: range.lowerBound, parameters, &computer)
                )
            }
            precondition(coordinator.failure == nil, coordinator.failure ?? "")
            if let outcome = coordinator.outcome { return outcome }
            open = turn()
        }
    }

    private mutating func strikes(_ one: Int) -> Bool {
        guard one > 0, random.nextIndex(below: one) == 0 else { return false }
        faultCount += 1
        return true
    }

    /// Something happens.
    private mutating func turn() -> [Range<Int>] {
        now += .milliseconds(random.nextIndex(below: 20))
        let name = names[random.nextIndex(below: names.count)]
        if strikes(faults.brokerLosses) { return loseBroker() }
        if strikes(faults.kills) { nodes[name] = nil }
        if strikes(faults.sleeps) { nodes[name]?.wakesAt = now + .milliseconds(random.nextIndex(below: 3000)) }
        if strikes(faults.farewells), let node = nodes[name] {
            toCoordinator[name, default: []].append(.delivery(node.worker.farewell, in: .control))
            nodes[name] = nil
        }
        switch random.nextIndex(below: 4) {
        case 0: return perform(coordinator.look(at: now))
        case 1:
            guard var queue = toCoordinator[name], !queue.isEmpty else { return [] }
            let event = queue.removeFirst()
            toCoordinator[name] = queue
            return perform(coordinator.receive(event, at: now))
        case 2: serve(name)
        default:
            guard let node = nodes[name] else {
                start(name)
                break
            }
            guard node.wakesAt <= now, random.nextIndex(below: 10) == 0 else { break }
            toCoordinator[name, default: []].append(.delivery(node.worker.lifeSign, in: .control))
        }
        return []
    }

    private mutating func serve(_ name: String) {
        guard var node = nodes[name], node.wakesAt <= now, !node.inbox.isEmpty else { return }
        let message = node.inbox.removeFirst()
        for action in node.worker.receive(.delivery(message, in: .worker(name))) {
            switch action {
            case .publish(let answer, let mailbox):
                toCoordinator[name, default: []].append(.delivery(answer, in: mailbox))
            case .report, .lost: break
            case .finish, .fail: preconditionFailure("nobody said so")
            }
        }
        nodes[name] = node
    }

    private mutating func loseBroker() -> [Range<Int>] {
        let open = perform(coordinator.disconnect())
        coordinator.reconnect()
        (nodes, toCoordinator) = ([:], [:])
        return open
    }

    private mutating func perform(_ actions: [GradientCoordinator<Computer>.Action]) -> [Range<Int>] {
        var open: [Range<Int>] = []
        for action in actions {
            switch action {
            case .publish(let message, let mailbox):
                let name = String(mailbox.name.dropFirst("worker.".count))
                guard nodes[name] != nil else {
                    let event = MessagingEvent.returned(
                        type: message.type,
                        correlation: message.correlation,
                        from: mailbox
                    )
                    toCoordinator[name, default: []].append(event)
                    continue
                }
                if !strikes(faults.drops) { nodes[name]?.inbox.append(message) }
            case .compute(let range): open.append(range)
            case .report: break
            }
        }
        return open
    }
}
