internal import Dispatch
internal import Synchronization

/// Makes what takes a while, one thing after another on a thread of its own, and keeps what was asked for last.
///
/// Who asks is answered at once: with how far it is, or with a piece that is there. What nobody asks for any more is given up in
/// the middle of being made; of what is made the oldest gives way.
package final class Workshop: Sendable {
    /// How far something is.
    package struct Status: Sendable, Hashable, Encodable {
        package enum State: String, Sendable, Encodable { case waiting, making, ready, failed }

        package var state = State.waiting
        /// How much of it is done, 0...1.
        var share = 0.0
        /// Pieces with numbers that are there, from 0 on.
        package var pieces = 0
        /// Seconds that it has taken so far.
        var seconds = 0.0
        /// Why it cannot be made; absent where it can.
        package var reason: String?
    }

    /// Where what is made goes.
    package struct Bench: Sendable {
        fileprivate let shop: Workshop
        fileprivate let name: String
        fileprivate let number: UInt64

        /// Keeps a piece.
        ///
        /// - Throws: `Unwanted` when nobody waits for it any more.
        package func keep(_ piece: String, _ bytes: [UInt8]) throws { try shop.keep(piece, bytes, name, number) }

        /// Keeps a policy, as a result.
        func keep(_ policy: ShownPolicy) throws {
            try shop.change(name, number) { work in
                work.policy = policy
                work.bytes += policy.byteCount
            }
            shop.makeRoom(but: name)
        }

        /// Says how much is done.
        package func note(_ share: Double) throws {
            try shop.change(name, number) { $0.status.share = min(1, max(0, share)) }
        }
    }

    /// Nobody waits for it any more.
    package struct Unwanted: Error {}

    fileprivate struct Work {
        let number: UInt64
        var status = Status()
        var pieces: [String: [UInt8]] = [:]
        var bytes = 0
        var policy: ShownPolicy?
        /// Of two, the larger was asked for later.
        var lastAsked: UInt64
        var lastLook: ContinuousClock.Instant
        var begun: ContinuousClock.Instant?
    }

    fileprivate struct State {
        var works: [String: Work] = [:]
        var clock: UInt64 = 0
    }

    private let state = Mutex(State())
    private let queue: DispatchQueue
    private let mostWorks: Int
    private let mostBytes: Int
    private let patience: Duration

    /// Opens a workshop.
    ///
    /// - Parameters:
    ///   - label: The name of its thread.
    ///   - mostWorks: The most things that are kept or being made.
    ///   - mostBytes: The most bytes of pieces that are kept.
    ///   - patience: For so long something is made that nobody asks for.
    package init(_ label: String, mostWorks: Int, mostBytes: Int = 64 << 20, patience: Duration = .seconds(10)) {
        queue = DispatchQueue(label: label, qos: .utility)
        (self.mostWorks, self.mostBytes, self.patience) = (mostWorks, mostBytes, patience)
    }

    /// Looks how far something is, and has it begun where nobody has asked for it yet.
    ///
    /// - Parameters:
    ///   - name: What tells it from others.
    ///   - make: Makes it; what it throws is told as the reason.
    /// - Returns: How far it is.
    package func status(of name: String, make: @escaping @Sendable (Bench) throws -> Void) -> Status {
        let (status, number) = state.withLock { state -> (Status, UInt64?) in
            state.clock += 1
            if let status = state.ask(name) { return (status, nil) }
            state.works[name] = Work(number: state.clock, lastAsked: state.clock, lastLook: .now)
            while state.works.count > mostWorks { state.forgetOldest(but: name) }
            return (Status(), state.clock)
        }
        if let number { queue.async { self.work(name, number, make) } }
        return status
    }

    /// A piece that is there.
    package func piece(_ piece: String, of name: String) -> [UInt8]? {
        state.withLock { state in
            state.clock += 1
            state.works[name]?.lastAsked = state.clock
            return state.works[name]?.pieces[piece]
        }
    }

    /// A policy that is there.
    func policy(of name: String) -> ShownPolicy? {
        state.withLock { state in
            state.clock += 1
            state.works[name]?.lastAsked = state.clock
            return state.works[name]?.policy
        }
    }

    /// Waits until everything that was asked for is made, or given up.
    package func finish() { queue.sync {} }

    private func work(_ name: String, _ number: UInt64, _ make: (Bench) throws -> Void) {
        let begun = ContinuousClock.now
        do {
            try change(name, number) { work in
                work.begun = begun
                work.status.state = .making
            }
            try make(Bench(shop: self, name: name, number: number))
            try change(name, number) { work in
                (work.status.state, work.status.share) = (.ready, 1)
                work.status.seconds = (ContinuousClock.now - begun).inSeconds
            }
        } catch {
            try? change(name, number) { work in
                (work.status.state, work.status.reason) = (.failed, "\(error)")
            }
        }
    }

    private func keep(_ piece: String, _ bytes: [UInt8], _ name: String, _ number: UInt64) throws {
        try change(name, number) { work in
            work.bytes += bytes.count - (work.pieces[piece]?.count ?? 0)
            work.pieces[piece] = bytes
            while work.pieces["\(work.status.pieces)"] != nil { work.status.pieces += 1 }
        }
        makeRoom(but: name)
    }

    fileprivate func makeRoom(but name: String) {
        state.withLock { state in
            while state.bytes > mostBytes, state.works.count > 1 { state.forgetOldest(but: name) }
        }
    }

    private func change(_ name: String, _ number: UInt64, _ body: (inout Work) -> Void) throws {
        try state.withLock { state in
            guard var work = state.works.removeValue(forKey: name) else { throw Unwanted() }
            guard work.number == number else {
                state.works[name] = work
                throw Unwanted()
            }
            guard ContinuousClock.now - work.lastLook < patience else { throw Unwanted() }
            body(&work)
            state.works[name] = work
        }
    }
}

extension Workshop.State {
    fileprivate var bytes: Int { works.values.reduce(0) { $0 + $1.bytes } }

    fileprivate mutating func ask(_ name: String) -> Workshop.Status? {
        guard var work = works[name] else { return nil }
        (work.lastAsked, work.lastLook) = (clock, .now)
        if work.status.state == .making, let begun = work.begun {
            work.status.seconds = (ContinuousClock.now - begun).inSeconds
        }
        works[name] = work
        return work.status
    }

    fileprivate mutating func forgetOldest(but name: String) {
        let oldest = works.filter { $0.key != name }.min { $0.value.lastAsked < $1.value.lastAsked }
        if let oldest { works.removeValue(forKey: oldest.key) }
    }
}

extension Duration {
    /// The same as a number.
    var inSeconds: Double {
        Double(components.seconds) + Double(components.attoseconds) * 1e-18
    }
}
