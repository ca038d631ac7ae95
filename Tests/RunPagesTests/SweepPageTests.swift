import Foundation
import HTTPTransport
import RunPages
import Testing

@Suite("The page of a sweep")
struct SweepPageTests {
    private func withFolder(_ body: (String, SweepPage) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("sweep-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try body(folder.path, SweepPage([folder.path], before: RunPage(version: "1.2.3")))
    }

    private func text(_ page: SweepPage, _ path: String) -> String {
        String(decoding: page.respond(to: HTTPRequest(path: path)).body, as: UTF8.self)
    }

    @Test("comes first where there is a result, and the page of the runs is beside it")
    func routes() throws {
        try withFolder { folder, page in
            let runs = text(page, "/")
            #expect(!page.isThere && runs.contains("/page.js"))
            #expect(page.respond(to: HTTPRequest(path: "/api/sweep")).status == 404)
            try Data(#"{"verdict":"Best: it"}"#.utf8).write(to: URL(fileURLWithPath: "\(folder)/sweep.json"))
            #expect(page.isThere && text(page, "/").contains("/sweep.js") && text(page, "/runs") == runs)
            #expect(text(page, "/api/sweep") == #"{"verdict":"Best: it"}"#)
            #expect(page.respond(to: HTTPRequest(method: "POST", path: "/api/sweep")).status == 405)
        }
    }

    @Test("every file that it names is there, known before a token is, and may load nothing from elsewhere")
    func files() throws {
        try withFolder { folder, page in
            try Data("{}".utf8).write(to: URL(fileURLWithPath: "\(folder)/sweep.json"))
            var pending: Set<String> = ["/", "/runs"]
            var seen: Set<String> = []
            while let path = pending.popFirst() {
                let answer = page.respond(to: HTTPRequest(path: path))
                #expect(answer.status == 200 && SweepPage.openPaths.contains(path), "\(path)")
                #expect(answer.headers["Content-Security-Policy"]?.hasPrefix("default-src 'none'") == true, "\(path)")
                seen.insert(path)
                let names = String(decoding: answer.body, as: UTF8.self)
                    .matches(of: /(?:from|href=|src=)\s*"\.?(\/[a-z]+(?:\.[a-z]+)?)"/).map { String($0.1) }
                pending.formUnion(Set(names).subtracting(seen))
            }
            #expect(seen == SweepPage.openPaths)
        }
    }
}
