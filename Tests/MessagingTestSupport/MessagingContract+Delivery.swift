internal import Messaging
internal import Testing

extension MessagingContract {
    static let delivery: [Self] = [
        Self("messages of one publisher arrive in their order", onOneThread: messagesKeepTheirOrder),
        Self("type, correlation and body arrive as they were sent", onOneThread: contentArrivesUnchanged),
        Self("a body of 16 MiB, which is all that it may have, arrives whole", onOneThread: largeBodyArrives),
        Self("two nodes on two threads can talk back and forth", twoNodesTalk),
        Self("messages of two publishers keep the order of each", twoPublishersKeepTheirOrders),
        Self("two runs do not see each other", onOneThread: runsAreSeparate),
    ]

    private static func messagesKeepTheirOrder(_ runs: Runs) throws {
        let reader = try runs.run.connect(as: "reader")
        let writer = try runs.run.connect(as: "writer")
        try reader.open(.worker("0"))
        for index in 0..<1000 {
            let body = [UInt32](repeating: UInt32(index), count: index % 37)
            try writer.publish(Message(type: "round", correlation: UInt64(index), body: body), to: .worker("0"))
        }
        for index in 0..<1000 {
            let (message, mailbox) = try reader.nextDelivery()
            let isRight = message.correlation == index && message.body.count == index % 37 && mailbox == .worker("0")
            try #require(isRight, "\(message.correlation) came as number \(index)")
        }
        writer.disconnect()
        reader.disconnect()
    }

    private static func contentArrivesUnchanged(_ runs: Runs) throws {
        let node = try runs.run.connect(as: "node")
        try node.open(.replies)
        try node.open(.control)
        let sent = [
            Message(type: "a", correlation: 0, body: []),
            Message(type: "COMPUTE_Q+UPDATE_Q", correlation: .max, body: [0, 1, 0x8000_0000, .max]),
            Message(type: "round", correlation: 1 << 63, body: [UInt32](0..<40_000)),
        ]
        for message in sent { try node.publish(message, to: .control) }
        for message in sent {
            let (arrived, mailbox) = try node.nextDelivery()
            #expect(arrived == message)
            #expect(mailbox == .control)
        }
        node.disconnect()
    }

    private static func largeBodyArrives(_ runs: Runs) throws {
        let reader = try runs.run.connect(as: "reader")
        let writer = try runs.run.connect(as: "writer")
        try reader.open(.replies)
        let body = (0..<UInt32(Message.maximumWordCount)).map { $0 &* 2_654_435_761 }
        try writer.publish(Message(type: "part", correlation: 5, body: body), to: .replies)
        try writer.publish(Message(type: "end", correlation: 6, body: []), to: .replies)
        let part = try reader.nextDelivery().message
        #expect(part.body == body, "\(part.body.count) words arrived")
        #expect(try reader.nextDelivery().message.type == "end")
        writer.disconnect()
        reader.disconnect()
    }

    private static func twoNodesTalk(_ runs: Runs) async throws {
        let (opened, open) = AsyncStream.makeStream(of: Void.self)
        async let worker = DedicatedThread.run(named: "worker") {
            let endpoint = try runs.run.connect(as: "worker")
            try endpoint.open(.worker("0"))
            open.finish()
            var answered = 0
            while case .delivery(let message, _) = try endpoint.next(), message.type == "ask" {
                let answer = Message(type: "answer", correlation: message.correlation, body: message.body)
                try endpoint.publish(answer, to: .replies)
                answered += 1
            }
            endpoint.disconnect()
            return answered
        }
        for await _ in opened {}
        try await DedicatedThread.run(named: "master") {
            let endpoint = try runs.run.connect(as: "master")
            try endpoint.open(.replies)
            for index in 0..<200 {
                let ask = Message(type: "ask", correlation: UInt64(index), body: [UInt32](0..<UInt32(index)))
                try endpoint.publish(ask, to: .worker("0"))
                let answer = try endpoint.nextDelivery().message
                try #require(answer.correlation == ask.correlation && answer.body == ask.body)
            }
            try endpoint.publish(Message(type: "end", correlation: 0, body: []), to: .worker("0"))
            endpoint.disconnect()
        }
        let answered = try await worker
        #expect(answered == 200)
    }

    private static func twoPublishersKeepTheirOrders(_ runs: Runs) async throws {
        let (opened, open) = AsyncStream.makeStream(of: Void.self)
        async let arrived = DedicatedThread.run(named: "reader") {
            let endpoint = try runs.run.connect(as: "reader")
            try endpoint.open(.replies)
            open.finish()
            var correlations: [String: [UInt64]] = [:]
            for _ in 0..<1000 {
                let message = try endpoint.nextDelivery().message
                correlations[message.type, default: []].append(message.correlation)
            }
            endpoint.disconnect()
            return correlations
        }
        for await _ in opened {}
        async let even: Void = publish(500, typed: "even", over: runs.run)
        async let odd: Void = publish(500, typed: "odd", over: runs.run)
        try await even
        try await odd
        let correlations = try await arrived
        #expect(correlations == ["even": Array(0..<500), "odd": Array(0..<500)])
    }

    private static func publish(_ count: Int, typed type: String, over run: any Transport) async throws {
        try await DedicatedThread.run(named: type) {
            let endpoint = try run.connect(as: type)
            for index in 0..<count {
                let body = [UInt32](repeating: 0, count: index)
                try endpoint.publish(Message(type: type, correlation: UInt64(index), body: body), to: .replies)
            }
            endpoint.disconnect()
        }
    }

    private static func runsAreSeparate(_ runs: Runs) throws {
        let here = try runs.run.connect(as: "here")
        let there = try runs.otherRun.connect(as: "there")
        try here.open(.worker("0"))
        try there.open(.worker("0"))
        try there.open(.worker("1"))
        try here.publish(Message(type: "here", correlation: 1, body: []), to: .worker("0"))
        try there.publish(Message(type: "there", correlation: 2, body: []), to: .worker("0"))
        #expect(try here.nextDelivery().message.type == "here")
        #expect(try there.nextDelivery().message.type == "there")
        try here.expectReturn(from: .worker("1"))
        here.disconnect()
        there.disconnect()
    }
}
