internal import ArgumentParser
internal import CommandBasics
internal import HTTPTransport
internal import Messaging
internal import RunOptions
internal import RunPages

/// The page of a run in the process that trains it: what `shardq view` shows of its folder, while somebody looks.
enum OwnPage {
    /// Time between two looks at the folder while somebody looks at the page.
    private static let interval = Duration.seconds(2)

    /// Does something while the page can be seen, if that is wanted.
    ///
    /// The rounds are not asked anything: the page reads what they have written down, on a thread of its own.
    ///
    /// - Parameters:
    ///   - options: Where, and to whom.
    ///   - folder: The run's folder; `nil` for none.
    ///   - body: What is done.
    /// - Throws: What the body threw, or `CommandFailure` when the address cannot be used.
    static func with(_ options: PageOptions, of folder: String?, _ body: () async throws -> Void) async throws {
        guard let port = options.port, let folder else { return try await body() }
        let page = RunPage(version: ProgramVersion.current)
        let shelf = try RunShelf([folder], isBesideRun: true)
        let token = try options.askers.token()
        let service = try await options.askers.start(
            port: port,
            token: token,
            open: RunPage.openPaths,
            refusal: RunPage.refusal,
            respond: page.respond
        )
        Console.note("the run's page is at http://\(service.endpoint)")
        let looking = Task { await look(shelf, page) }
        let result: Result<Void, any Error>
        do {
            result = .success(try await body())
        } catch {
            result = .failure(error)
        }
        looking.cancel()
        await looking.value
        await service.stop()
        try result.get()
    }

    /// Looks at once, and then as long as somebody looks at the page.
    private static func look(_ first: RunShelf, _ page: RunPage) async {
        var shelf = first
        var isFirst = true
        while !Task.isCancelled {
            if isFirst || page.isWatched {
                let before = shelf
                let after = try? await DedicatedThread.run(named: "folders") {
                    var shelf = before
                    shelf.look(page)
                    return shelf
                }
                shelf = after ?? shelf
            }
            isFirst = false
            try? await Task.sleep(for: interval)
        }
    }
}
