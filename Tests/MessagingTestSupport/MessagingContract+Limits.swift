internal import Messaging
internal import Testing

extension MessagingContract {
    static let limits: [Self] = [
        Self("receive gives up when its time is up", onOneThread: receiveGivesUp),
        Self("receive with no time sees what has arrived", onOneThread: receiveWithoutWaiting),
        Self("a body above 16 MiB is refused", onOneThread: oversizedBodyIsRefused),
        Self("an endpoint that has been disconnected says so", onOneThread: disconnectedEndpointSaysSo),
    ]

    private static func receiveGivesUp(_ runs: Runs) throws {
        let node = try runs.run.connect(as: "node")
        try node.open(.replies)
        for limit in [Duration.zero, .milliseconds(1), .milliseconds(60)] {
            let start = ContinuousClock.now
            #expect(try node.receive(within: limit) == nil)
            #expect(ContinuousClock.now - start >= limit)
        }
        node.disconnect()
    }

    private static func receiveWithoutWaiting(_ runs: Runs) throws {
        let node = try runs.run.connect(as: "node")
        try node.open(.replies)
        for index in 0..<3 {
            try node.publish(Message(type: "a", correlation: UInt64(index), body: [7]), to: .replies)
        }
        // One mailbox, one order: once the third is there, so were the others.
        var arrived: [UInt64] = []
        let deadline = ContinuousClock.now + .seconds(60)
        while arrived.count < 3, ContinuousClock.now < deadline {
            guard case .delivery(let message, _) = try node.receive(within: .zero) else { continue }
            arrived.append(message.correlation)
        }
        #expect(arrived == [0, 1, 2])
        node.disconnect()
    }

    private static func oversizedBodyIsRefused(_ runs: Runs) throws {
        let node = try runs.run.connect(as: "node")
        try node.open(.replies)
        let body = [UInt32](repeating: 0, count: Message.maximumWordCount + 1)
        let error = #expect(throws: MessagingError.self) {
            try node.publish(Message(type: "large", correlation: 1, body: body), to: .replies)
        }
        #expect(error?.code == .tooLarge)
        try node.publish(Message(type: "small", correlation: 2, body: [1]), to: .replies)
        #expect(try node.nextDelivery().message.type == "small")
        node.disconnect()
    }

    private static func disconnectedEndpointSaysSo(_ runs: Runs) throws {
        let node = try runs.run.connect(as: "node")
        try node.open(.replies)
        node.disconnect()
        let message = Message(type: "a", correlation: 1, body: [])
        let attempts: [() throws -> Void] = [
            { try node.open(.control) },
            { try node.close(.replies) },
            { try node.publish(message, to: .replies) },
            { _ = try node.receive(within: .zero) },
        ]
        for attempt in attempts {
            let error = #expect(throws: MessagingError.self) { try attempt() }
            #expect(error?.code == .connectionLost)
        }
    }
}
