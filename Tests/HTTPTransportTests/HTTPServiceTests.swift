import Foundation
import HTTPTransport
import LoopbackSocket
import Testing

@Suite("An HTTP service", .timeLimit(.minutes(5)))
struct HTTPServiceTests {
    private static let patience = Duration.seconds(60)

    private func withService(_ limits: HTTPLimits = .patient, _ body: (HTTPService) async throws -> Void)
        async throws
    {
        let service = try await HTTPService.start(
            address: "127.0.0.1",
            port: 0,
            routes: [.get("/here") { HTTPResponse("you asked \($0.path)?\($0.query)\n") }],
            limits: limits
        )
        do {
            try await body(service)
        } catch {
            await service.stop()
            throw error
        }
        await service.stop()
    }

    private func ask(_ service: HTTPService, _ path: String) async throws -> HTTPQuestion.Answer? {
        try await HTTPQuestion(host: "127.0.0.1", port: service.port, path: path).ask(within: Self.patience)
    }

    @Test("answers what it has a route for, and says what it has not")
    func routes() async throws {
        try await withService { service in
            let here = try #require(try await ask(service, "/here?a=b"))
            #expect(here.status == 200 && String(decoding: here.body, as: UTF8.self) == "you asked /here?a=b\n")
            #expect(try await ask(service, "/elsewhere")?.status == 404)
            let posted = try RawConnection(to: service)
            posted.send("POST /here HTTP/1.1\r\nContent-Length: 0\r\n\r\n")
            #expect(posted.receive(until: "\r\n").hasPrefix("HTTP/1.1 405 "))
        }
    }

    @Test(
        "a request beyond a limit is refused and its connection closed",
        arguments: [
            ("GET /" + String(repeating: "a", count: 17 << 10), "431"),
            ("GET /here HTTP/1.1\r\nX: " + String(repeating: "b", count: 90 << 10), "431"),
            ("GET /here HTTP/1.1\r\n" + String(repeating: "Y: c\r\n", count: 15_000), "431"),
            ("GET /here HTTP/1.1\r\n" + String(repeating: "Y: c\r\n", count: 2_800) + "\r\n", "431"),
            ("GET /here HTTP/1.1\r\n" + String(repeating: "Y: c\r\n", count: 100_000) + "\r\n", "431"),
            ("GET /here HTTP/1.1\r\nContent-Length: 900000\r\n\r\n" + String(repeating: "d", count: 900_000), "413"),
            ("GET /here HTTP/1.1\r\nContent-Length: 70000\r\n\r\n" + String(repeating: "d", count: 70_000), "413"),
            (
                "GET /here HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"
                    + String(repeating: "400\r\n" + String(repeating: "e", count: 1024) + "\r\n", count: 70), "413"
            ),
            ("what is this\r\n\r\n", "400"),
        ]
    )
    func limits(_ request: String, status: String) async throws {
        try await withService { service in
            let connection = try RawConnection(to: service)
            connection.send(request + (request.hasPrefix("GET /a") ? " HTTP/1.1\r\n\r\n" : ""))
            let answer = connection.receive()
            #expect(answer.hasPrefix("HTTP/1.1 \(status) "), "\(answer.prefix(40))")
            #expect(try await ask(service, "/here")?.status == 200)
        }
    }

    @Test("lines without end on many connections keep nobody else from an answer")
    func endlessLines() async throws {
        try await withService { service in
            let line = String(repeating: "x", count: 1 << 20)
            for _ in 0..<16 {
                try RawConnection(to: service).send("GET /here HTTP/1.1\r\nX: " + line)
            }
            #expect(try await ask(service, "/here")?.status == 200)
        }
    }

    @Test("connections that ask nothing make room for those that do")
    func idleConnections() async throws {
        var limits = HTTPLimits.patient
        limits.connections = 4
        try await withService(limits) { service in
            let idle = try (0..<20).map { _ in try RawConnection(to: service) }
            #expect(try await ask(service, "/here")?.status == 200)
            // The first have been closed: nothing comes from them any more.
            #expect(idle[0].receive().isEmpty)
        }
    }

    @Test("a request that does not come to its end is given up")
    func slowRequests() async throws {
        var limits = HTTPLimits()
        limits.seconds = 1
        try await withService(limits) { service in
            let slow = try RawConnection(to: service)
            slow.send("GET /here HTTP/1.1\r\nX: ")
            #expect(slow.receive().isEmpty)
        }
    }

    @Test("requests behind one another on one connection are answered in their order, a HEAD without its body")
    func keptConnections() async throws {
        try await withService { service in
            let connection = try RawConnection(to: service)
            connection.send(
                "HEAD /here?1 HTTP/1.1\r\n\r\nGET /here?2 HTTP/1.1\r\n\r\nGET /none HTTP/1.1\r\nConnection: close\r\n\r\n"
            )
            let answers = connection.receive().components(separatedBy: "HTTP/1.1 ").dropFirst()
            #expect(answers.map { String($0.prefix(3)) } == ["200", "200", "404"])
            #expect(answers.map { $0.contains("you asked") } == [false, true, false])
        }
    }

    @Test(
        "drains: what has begun to come is answered, a connection without a request is closed",
        .timeLimit(.minutes(10))
    )
    func draining() async throws {
        // No deadline comes between what this test does, however long others keep the processors.
        var limits = HTTPLimits()
        limits.seconds = 3600
        let service = try await HTTPService.start(address: "127.0.0.1", port: 0, limits: limits) { request in
            HTTPResponse(String(decoding: request.body, as: UTF8.self))
        }
        let idle = try RawConnection(to: service)
        let busy = try RawConnection(to: service)
        busy.send("POST / HTTP/1.1\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n")
        // Whoever asks whether the body may come is told so, which shows that the head is there.
        #expect(busy.receive(until: "\r\n\r\n") == "HTTP/1.1 100 Continue\r\n\r\n")
        async let drained: Void = service.drain()
        #expect(idle.receive().isEmpty)
        busy.send("hello")
        #expect(busy.receive().hasSuffix("\r\n\r\nhello"))
        await drained
        #expect(throws: LoopbackSocket.Failure.self) { try RawConnection(to: service) }
    }

    private func withStream(_ body: (HTTPService, HTTPEventStream) async throws -> Void) async throws {
        let stream = HTTPEventStream()
        let service = try await HTTPService.start(
            address: "127.0.0.1",
            port: 0,
            routes: [.get("/events") { _ in .events(stream) }, .get("/here") { _ in HTTPResponse("yes") }],
            limits: .patient
        )
        do {
            try await body(service, stream)
        } catch {
            await service.stop()
            throw error
        }
        await service.stop()
    }

    @Test("news reach whoever follows, the latest at once and all that come")
    func events() async throws {
        try await withStream { service, stream in
            stream.send("first")
            stream.send("second\nof two lines")
            let reader = try RawConnection(to: service)
            reader.send("GET /events HTTP/1.1\r\n\r\n")
            let beginning = reader.receive(until: "lines\n\n")
            #expect(beginning.contains("Content-Type: text/event-stream\r\n"))
            #expect(!beginning.contains("Content-Length") && !beginning.contains("first"))
            #expect(beginning.contains("id: 2\ndata: second\ndata: of two lines\n\n"))
            stream.send("third")
            #expect(reader.receive(until: "third\n\n").contains("id: 3\n"))
        }
    }

    @Test("a reader that takes nothing misses what is old, and keeps nobody else from the news")
    func slowReader() async throws {
        try await withStream { service, stream in
            let slow = try RawConnection(to: service)
            slow.send("GET /events HTTP/1.1\r\n\r\n")
            #expect(slow.receive(until: "\n\n").contains(" 200 "))
            let (count, filler) = (200, String(repeating: "x", count: 64 << 10))
            for number in 1...count { stream.send("\(number) \(filler) end of \(number)") }
            let quick = try RawConnection(to: service)
            quick.send("GET /events HTTP/1.1\r\n\r\n")
            #expect(quick.receive(until: "end of \(count)").contains("id: \(count)\n"))
            #expect(try await ask(service, "/here")?.status == 200)
            let all = slow.receive(until: "end of \(count)\n\n")
            #expect(all.suffix(40).contains("end of \(count)\n\n"))
            #expect(all.split(separator: "\n").count { $0.hasPrefix("id: ") } < count)
        }
    }

    @Test("who no longer follows is forgotten")
    func leaving() async throws {
        try await withStream { service, stream in
            do {
                let reader = try RawConnection(to: service)
                reader.send("GET /events HTTP/1.1\r\n\r\n")
                #expect(reader.receive(until: "\n\n").contains(" 200 "))
                #expect(stream.readerCount == 1)
            }
            // The service's thread answers what comes later; by then it has heard of the end.
            while stream.readerCount > 0 { #expect(try await ask(service, "/here")?.status == 200) }
        }
    }

    @Test("stops although somebody is connected")
    func stopping() async throws {
        var connections: [RawConnection] = []
        try await withService { service in
            for _ in 0..<8 { connections.append(try RawConnection(to: service)) }
            connections[0].send("GET /here HTTP/1.1\r\nX: ")
        }
        for connection in connections { #expect(connection.receive().isEmpty) }
    }
}

extension HTTPService {
    /// The port at which it listens.
    fileprivate var port: UInt16 { UInt16(endpoint.split(separator: ":").last ?? "") ?? 0 }
}

extension HTTPLimits {
    /// What a test lets wait is never late, however busy the machine is.
    fileprivate static var patient: HTTPLimits {
        var limits = HTTPLimits()
        limits.seconds = 3_600
        return limits
    }
}

/// A connection over which a test sends what no client would.
private struct RawConnection {
    private let socket: LoopbackSocket

    init(to service: HTTPService) throws {
        socket = try LoopbackSocket(port: service.port, patience: 60)
    }

    /// Sends what the other side takes; it may have closed.
    func send(_ text: String) { try? socket.send(Array(text.utf8)) }

    /// What comes until the other side closes, or until an end.
    func receive(until end: String? = nil) -> String {
        var bytes: [UInt8] = []
        var looked = 0
        while (try? socket.receive(appendingTo: &bytes)) != nil {
            // What was looked at is not looked at again, but for an end that came in two pieces.
            if let end, String(decoding: bytes[max(0, looked - end.utf8.count)...], as: UTF8.self).contains(end) {
                break
            }
            looked = bytes.count
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
