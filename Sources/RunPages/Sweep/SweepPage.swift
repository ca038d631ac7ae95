internal import Foundation
public import HTTPTransport
internal import InputFiles
internal import Synchronization

/// The page of a sweep: which setting is best, and whether that is certain.
///
/// Requests in, answers out; the page of the runs is beside it.
public final class SweepPage: Sendable {
    private let folders: [String]
    private let runs: RunPage

    /// The file in which a sweep leaves its result.
    public static let resultName = "sweep.json"
    private static let sizeLimit = 64 << 20

    /// Puts a page before that of the runs, where one of the folders is a sweep's.
    ///
    /// - Parameters:
    ///   - folders: The folders that are shown.
    ///   - runs: The page of the runs.
    public init(_ folders: [String], before runs: RunPage) { (self.folders, self.runs) = (folders, runs) }

    /// Paths that say nothing of any run, so that a browser can get them before it knows the token.
    public static var openPaths: Set<String> { RunPage.openPaths.union(["/sweep.js", "/runs"]) }

    /// Whether there is a result to show.
    public var isThere: Bool { folder != nil }

    private var folder: String? {
        folders.first { FileManager.default.fileExists(atPath: "\($0)/\(Self.resultName)") }
    }

    /// Answers a request: those for the sweep, and all others by the page of the runs.
    public func respond(to request: HTTPRequest) -> HTTPResponse {
        guard ["GET", "HEAD"].contains(request.method), let folder else { return runs.respond(to: request) }
        switch request.path {
        case "/": return dressed(Self.file(PageFile.sweepIndex))
        case "/sweep.js": return dressed(Self.file(PageFile.sweepScript))
        case "/api/sweep": return dressed(Self.result(folder))
        case "/runs":
            return runs.respond(to: HTTPRequest(method: request.method, path: "/"))
        default: return runs.respond(to: request)
        }
    }

    private func dressed(_ response: HTTPResponse) -> HTTPResponse {
        var response = response
        response.headers.merge(RunPage.headers) { own, _ in own }
        return response
    }

    private static func file(_ file: PageFile) -> HTTPResponse {
        HTTPResponse(file.bytes, contentType: file.contentType)
    }

    private static func result(_ folder: String) -> HTTPResponse {
        guard let data = try? InputFile.contents(of: "\(folder)/\(resultName)", limit: sizeLimit) else {
            return HTTPResponse(status: 404, "\(resultName) cannot be read\n")
        }
        return HTTPResponse(Array(data), contentType: "application/json")
    }
}
