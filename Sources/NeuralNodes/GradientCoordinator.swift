public import Messaging
public import NeuralLearning
internal import TabularLearning
internal import WireProtocol

/// Hands slices of minibatches to workers and takes their gradients, as a value: what it hears goes in, what is to be done comes out.
///
/// A slice is a function of itself and the parameters. So nothing is put back when a worker is lost: its slices are computed by
/// another, or here; and what comes late or twice changes nothing. Time decides who computes, never what comes of it.
public struct GradientCoordinator<Computer: PortableComputer>: Sendable {
    /// Something for the loop to do.
    public enum Action: Sendable {
        /// Publish a message.
        case publish(Message, to: Mailbox)
        /// Compute these slices here, and `take` what comes of them.
        case compute(Range<Int>)
        /// Say something to the operator.
        case report(String)
    }

    /// What it has counted.
    public struct Statistics: Sendable, Hashable {
        /// Tasks that were handed out.
        public var tasks: UInt64 = 0
        /// Slices whose gradients came from workers.
        public var slicesOfWorkers: UInt64 = 0
        /// Slices that were computed here.
        public var slicesHere: UInt64 = 0
        /// Answers that came late or twice.
        public var lateAnswers: UInt64 = 0
        /// Workers that were lost.
        public var losses: UInt64 = 0
    }

    private struct Member {
        let name: String
        /// The task whose parameters it has; 0 for none.
        var base: UInt64 = 0
        /// Whether an answer has been waited for in vain since it was last heard of.
        var isOverdue = false
    }

    private struct Share {
        let range: Range<Int>
        /// Who computes it; `nil` for this process.
        var worker: String?
        var since: Duration
    }

    /// The most workers of a run.
    private static var mostMembers: Int { 1024 }
    /// How long a worker that computes is left alone before it is asked whether it is there.
    private static var probeInterval: Duration { .milliseconds(250) }

    /// What it has counted.
    public private(set) var statistics = Statistics()
    /// The generation of the coordinator: one later with each connection.
    public private(set) var epoch: UInt32
    /// Why the run cannot go on: an answer was none.
    public private(set) var failure: String?

    private let computer: Computer
    private let answerLimit: Duration
    private var members: [Member] = []

    private var task: UInt64 = 0
    private var arrays: [[Vector]] = []
    private var words: [[UInt32]] = []
    /// The task in which each array was last another.
    private var changes: [UInt64] = []

    private var slices: [[UInt32]] = []
    private var forms: [(rows: Int, gradientSizes: [Int])] = []
    private var shares: [Share] = []
    private var results: [[SliceGradient]?] = []
    private var lastProbe = Duration.zero

    /// Begins without workers.
    ///
    /// - Parameters:
    ///   - computer: What computes slices.
    ///   - epoch: Later than that of every coordinator before, and below 2³¹.
    ///   - answerLimit: How long a worker may take for its slices before somebody else computes them.
    public init(_ computer: Computer, epoch: UInt32, answerLimit: Duration) {
        (self.computer, self.epoch, self.answerLimit) = (computer, epoch, answerLimit)
    }

    /// The workers that are there and answer.
    public var presentWorkers: [String] { members.filter { !$0.isOverdue }.map(\.name) }

    /// The gradients of all slices, once they are there.
    public var outcome: [[SliceGradient]]? {
        let all = results.compactMap(\.self)
        return all.count == results.count ? all : nil
    }

    // MARK: Tasks

    /// Hands slices out.
    ///
    /// - Parameters:
    ///   - slices: All slices of a task.
    ///   - parameters: What they are computed with.
    ///   - now: The time, since whenever.
    /// - Returns: What is to be done.
    public mutating func begin(
        _ slices: [Computer.Slice],
        _ parameters: Computer.Parameters,
        at now: Duration
    ) -> [Action] {
        task += 1
        statistics.tasks += 1
        note(Computer.arrays(of: parameters))
        self.slices = slices.map { slice in
            var writer = WordWriter()
            Computer.write(slice, to: &writer)
            return writer.words
        }
        forms = slices.map { computer.form(of: $0) }
        results = Array(repeating: nil, count: slices.count)
        lastProbe = now
        let willing = members.filter { !$0.isOverdue }.prefix(slices.count).map(\.name)
        let count = max(1, willing.count)
        shares = (0..<count).map { index in
            let range = (slices.count * index / count)..<(slices.count * (index + 1) / count)
            return Share(range: range, worker: willing.isEmpty ? nil : willing[index], since: now)
        }
        return shares.indices.map { send($0) }
    }

    private mutating func note(_ parameters: [[Vector]]) {
        let isFirst = arrays.isEmpty
        for (place, array) in parameters.enumerated() where isFirst || arrays[place] != array {
            if isFirst {
                words.append(array.words)
                changes.append(task)
            } else {
                (words[place], changes[place]) = (array.words, task)
            }
        }
        arrays = parameters
    }

    private mutating func send(_ index: Int) -> Action {
        let share = shares[index]
        guard let worker = share.worker, let place = members.firstIndex(where: { $0.name == worker }) else {
            return .compute(share.range)
        }
        let base = members[place].base
        let changed = words.indices.filter { base == 0 || changes[$0] > base }
            .map { SlicesFrame.Parameters(place: UInt32($0), words: words[$0]) }
        members[place].base = task
        let frame = SlicesFrame(
            base: base,
            changed: changed,
            first: UInt32(share.range.lowerBound),
            slices: Array(slices[share.range])
        )
        let body = frame.encoded(epoch: epoch, task: task)
        return .publish(Message(type: "SLICES", correlation: task, body: body), to: .worker(worker))
    }

    /// Takes what was computed here.
    public mutating func take(_ share: SliceShare) { statistics.slicesHere += keep(share) }

    /// Keeps what came of a share, unless it has come before; answers how many slices it is.
    private mutating func keep(_ share: SliceShare) -> UInt64 {
        guard share.range.allSatisfy({ results[$0] == nil }) else { return 0 }
        for (place, gradients) in zip(share.range, share.gradients) { results[place] = gradients }
        return UInt64(share.range.count)
    }

    private func isOpen(_ share: Share) -> Bool { results[share.range.lowerBound] == nil }

    /// Gives the open slices of a worker to another, or computes them here.
    private mutating func reassign(from worker: String, at now: Duration, elsewhere: Bool) -> [Action] {
        var actions: [Action] = []
        for index in shares.indices where shares[index].worker == worker && isOpen(shares[index]) {
            shares[index].worker = elsewhere ? leastBusy(but: worker) : nil
            shares[index].since = now
            actions.append(send(index))
        }
        return actions
    }

    private func leastBusy(but worker: String) -> String? {
        func load(_ name: String) -> Int {
            shares.filter { $0.worker == name && isOpen($0) }.map(\.range.count).reduce(0, +)
        }
        return members.filter { !$0.isOverdue && $0.name != worker }.min { load($0.name) < load($1.name) }?.name
    }

    // MARK: Workers

    /// Takes up what the endpoint heard.
    public mutating func receive(_ event: MessagingEvent, at now: Duration) -> [Action] {
        switch event {
        case .delivery(let message, .control):
            do throws(FrameFailure) {
                return try receiveControl(message, at: now)
            } catch {
                return [.report("ignored a malformed frame in control: \(error)")]
            }
        case .delivery(let message, _): return receiveAnswer(message)
        case .malformed(let reason, let mailbox): return [.report("ignored a malformed frame in \(mailbox): \(reason)")]
        case .returned(_, _, let mailbox) where mailbox.isOfWorker:
            guard let name = members.first(where: { Mailbox.worker($0.name) == mailbox })?.name else { return [] }
            return forget(name, "worker \(name) is gone", at: now)
        case .returned, .unblocked: return []
        case .blocked(let reason): return [.report("the broker does not take messages for now: \(reason)")]
        }
    }

    private mutating func receiveControl(_ message: Message, at now: Duration) throws(FrameFailure) -> [Action] {
        if JoinFrame.isJoin(message.body) { return join(try JoinFrame(message.body), at: now) }
        let header = try FrameHeader(of: message.body)
        guard header.kind == .refusal else {
            throw FrameFailure(.malformed, "a frame of kind \(header.kind) is not for control")
        }
        return [.report(try NoticeFrame(message.body).reason)]
    }

    private mutating func join(_ offer: JoinFrame, at now: Duration) -> [Action] {
        let name = offer.worker
        guard offer.version == FrameHeader.version else {
            return [
                refuse(
                    name,
                    "the worker speaks protocol version \(offer.version), this run \(FrameHeader.version): use the same release"
                )
            ]
        }
        if offer.isLeaving {
            return members.contains { $0.name == name } ? forget(name, "worker \(name) goes", at: now) : []
        }
        if let place = members.firstIndex(where: { $0.name == name }) {
            members[place].isOverdue = false
            // A sign of life; or one that has begun anew, and has nothing any more.
            if offer.epoch == epoch, offer.shardCount > 0 { return [] }
            members[place].base = 0
            return [introduction(of: name)] + reassign(from: name, at: now, elsewhere: true)
        }
        guard members.count < Self.mostMembers else { return [refuse(name, "the run has \(members.count) workers")] }
        members.append(Member(name: name))
        return [introduction(of: name)]
    }

    private func introduction(of worker: String) -> Action {
        var writer = WordWriter()
        computer.write(to: &writer)
        let frame = NetworkFrame(code: Computer.code, computer: writer.words)
        return .publish(
            Message(type: "NETWORK", correlation: 0, body: frame.encoded(epoch: epoch)),
            to: .worker(worker)
        )
    }

    private func refuse(_ worker: String, _ reason: String) -> Action {
        let body = NoticeFrame(reason: reason).encoded(kind: .refusal, epoch: epoch)
        return .publish(Message(type: "REFUSE", correlation: 0, body: body), to: .worker(worker))
    }

    private mutating func forget(_ worker: String, _ reason: String, at now: Duration) -> [Action] {
        members.removeAll { $0.name == worker }
        statistics.losses += 1
        let rest = members.isEmpty ? "its slices are computed here until there is another" : "others compute its slices"
        return [.report("\(reason); \(rest)")] + reassign(from: worker, at: now, elsewhere: true)
    }

    /// What is no answer to the task of now changes nothing; one that is none although it says so ends the run.
    private mutating func receiveAnswer(_ message: Message) -> [Action] {
        do throws(FrameFailure) {
            let header = try FrameHeader(of: message.body)
            guard header.kind == .gradients else {
                throw FrameFailure(.malformed, "a frame of kind \(header.kind) is no answer")
            }
            guard header.epoch == epoch, header.sequence == task else {
                statistics.lateAnswers += 1
                return []
            }
        } catch {
            return [.report("ignored a malformed frame in replies: \(error)")]
        }
        do throws(FrameFailure) {
            try accept(GradientsFrame(message.body))
        } catch {
            failure = "a worker's answer is none: \(error); run the same release of shardq on all of them"
        }
        return []
    }

    private mutating func accept(_ frame: GradientsFrame) throws(FrameFailure) {
        guard let share = shares.first(where: { $0.range == frame.range }) else {
            throw FrameFailure(.malformed, "slices \(frame.first) and \(frame.count) from it on were given to nobody")
        }
        guard isOpen(share) else { return statistics.lateAnswers += 1 }
        let gradients: SliceShare
        do throws(WordReader.Failure) {
            gradients = try SliceShare(frame.words, of: share.range, forms: Array(forms[share.range]))
        } catch {
            throw FrameFailure(.malformed, error.description)
        }
        statistics.slicesOfWorkers += keep(gradients)
    }

    // MARK: Time and connections

    /// Takes up that time has passed: asks those that are waited for whether they are there, and waits for nobody for ever.
    public mutating func look(at now: Duration) -> [Action] {
        var actions: [Action] = []
        for worker in Set(shares.filter { isOpen($0) && now - $0.since >= answerLimit }.compactMap(\.worker)).sorted() {
            if let place = members.firstIndex(where: { $0.name == worker }) { members[place].isOverdue = true }
            actions.append(
                .report(
                    "worker \(worker) has not answered within \(answerLimit): its slices are computed here, and it gets none until it is "
                        + "heard of"
                )
            )
            actions += reassign(from: worker, at: now, elsewhere: false)
        }
        guard now - lastProbe >= Self.probeInterval else { return actions }
        lastProbe = now
        let probe = Message(
            type: "PROBE",
            correlation: 0,
            body: encodeBare(FrameHeader(kind: .probe, epoch: epoch))
        )
        let awaited = shares.filter { isOpen($0) }.compactMap(\.worker)
        return actions + members.filter { awaited.contains($0.name) }.map { .publish(probe, to: .worker($0.name)) }
    }

    /// Takes up that the connection is gone, and with it all workers.
    ///
    /// - Returns: Whatever is open is to be computed here, also what has been asked for before.
    public mutating func disconnect() -> [Action] {
        members = []
        for index in shares.indices { shares[index].worker = nil }
        return shares.filter { isOpen($0) }.map { .compute($0.range) }
    }

    /// Takes up that there is another connection: workers come anew.
    public mutating func reconnect() { epoch += 1 }

    /// Lets all workers go.
    public func dismiss(_ reason: String) -> [Action] {
        let body = NoticeFrame(reason: reason).encoded(kind: .stop, epoch: epoch)
        return members.map { .publish(Message(type: "STOP", correlation: 0, body: body), to: .worker($0.name)) }
    }
}
