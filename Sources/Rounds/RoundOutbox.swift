package import Messaging
internal import WireProtocol

/// Rounds on their way to the workers: those for all of a worker's shards travel in one message, and those of several
/// cohorts wait for each other.
package struct RoundOutbox: Sendable {
    /// How often cohorts have asked since the last release, also those with nothing to send.
    package private(set) var cohortCount = 0
    /// Whether nothing waits.
    package private(set) var isEmpty = true
    private var batches: [Batch]
    /// The number of the next message.
    private var nextNumber: UInt64 = 0

    /// The rounds for one worker.
    private struct Batch {
        var frames = FrameBatch()
        var updateCount = 0
        var queryCount = 0
        /// Bodies before this one that are full.
        var sealed: [(type: String, body: [UInt32])] = []

        mutating func seal() {
            sealed.append((RoundFrame.type(updates: updateCount, queries: queryCount), frames.body))
            frames = FrameBatch()
            (updateCount, queryCount) = (0, 0)
        }
    }

    package init(placeCount: Int) {
        batches = Array(repeating: Batch(), count: placeCount)
    }

    /// Makes room for so many places.
    package mutating func makeRoom(for placeCount: Int) {
        while batches.count < placeCount { batches.append(Batch()) }
    }

    /// Whether a cohort's requests may join those that wait.
    ///
    /// Those of one cohort always travel together: they are ready at the same time.
    package func hasRoom(for requests: [CohortExchange.Request], from place: (Int) -> Int) -> Bool {
        guard !isEmpty else { return true }
        var sizes = batches.map { _ in 0 }
        for request in requests { sizes[place(request.shard)] += request.words.count }
        return zip(batches, sizes).allSatisfy { $1 == 0 || $0.frames.hasRoom(for: $1) }
    }

    /// Whether the requests of a cohort like those that wait will find no room.
    package var isFull: Bool {
        cohortCount > 0 && batches.contains { !$0.frames.hasRoom(for: $0.frames.body.count / cohortCount) }
    }

    /// Takes a cohort's requests, each for the place that its shard belongs to.
    package mutating func append(_ requests: [CohortExchange.Request], to place: (Int) -> Int) {
        cohortCount += 1
        if !requests.isEmpty { isEmpty = false }
        for request in requests {
            let place = place(request.shard)
            if batches[place].frames.body.count + request.words.count > Message.maximumWordCount {
                batches[place].seal()
            }
            batches[place].frames.append(request.words)
            batches[place].updateCount += request.updateCount
            batches[place].queryCount += request.queryCount
        }
    }

    /// Gives what waits as messages, in the order of the places.
    package mutating func release(to mailbox: (Int) -> Mailbox) -> [(message: Message, mailbox: Mailbox)] {
        guard !isEmpty else {
            cohortCount = 0
            return []
        }
        cohortCount = 0
        isEmpty = true
        var messages: [(message: Message, mailbox: Mailbox)] = []
        for place in batches.indices {
            if !batches[place].frames.isEmpty { batches[place].seal() }
            for (type, body) in batches[place].sealed {
                messages.append((Message(type: type, correlation: nextNumber, body: body), mailbox(place)))
                nextNumber += 1
            }
            batches[place].sealed = []
        }
        return messages
    }
}
