package import ArgumentParser
internal import CommandBasics
package import HTTPTransport

/// Who may ask what this process answers over HTTP, and where.
package struct AskerOptions: ParsableArguments {
    /// As the argument parser makes it.
    package init() {}

    private static let here = "127.0.0.1"

    @Option(help: ArgumentHelp("Where to answer; beyond this machine only with --token-file.", valueName: "ip"))
    package var address: String = Self.here

    @Option(
        name: .customLong("host"),
        help: ArgumentHelp("A name under which it is asked, beside localhost; may be repeated.", valueName: "name")
    )
    package var hosts: [String] = []

    @Option(
        help: ArgumentHelp(
            "A file that only its owner may read; its first line has to come with every request.",
            valueName: "file"
        ),
        completion: .file()
    )
    var tokenFile: String?

    package func validate() throws {
        guard tokenFile != nil || Self.isLoopback(address) else {
            throw ValidationError(
                "--address \(address) without --token-file: whoever reaches this machine could ask; give a token, or leave the address out"
            )
        }
    }

    /// The options that have been given.
    package var given: [String] {
        [("--address", address != Self.here), ("--host", !hosts.isEmpty), ("--token-file", tokenFile != nil)]
            .filter(\.1).map(\.0)
    }

    /// Whether an address reaches this machine alone.
    static func isLoopback(_ address: String) -> Bool { address == "::1" || address.hasPrefix("127.") }

    /// The token; `nil` where none is asked for.
    package func token() throws -> String? { try tokenFile.map { try ServingToken.read($0) } }

    /// Begins to answer those who may ask.
    ///
    /// - Parameters:
    ///   - port: The port; 0 for any that is free.
    ///   - limits: How much others may do.
    ///   - token: What has to come with every request; `nil` for nothing.
    ///   - open: Paths that are answered without it.
    ///   - refusal: Makes an answer of a status and a reason.
    ///   - respond: Answers those who may ask.
    /// - Returns: The service, until it is stopped.
    /// - Throws: `CommandFailure` when the place is none, or is taken.
    package func start(
        port: UInt16,
        limits: HTTPLimits = HTTPLimits(),
        token: String?,
        open: Set<String>,
        refusal: @escaping @Sendable (Int, String) -> HTTPResponse,
        respond: @escaping @Sendable (HTTPRequest) -> HTTPResponse
    ) async throws -> HTTPService {
        // A page that does not know the token learns nothing under whatever name it asks.
        let admission = HTTPAdmission(
            hosts: token == nil || !hosts.isEmpty ? hosts + [address] : nil,
            token: token,
            open: open
        )
        do {
            return try await HTTPService.start(address: address, port: port, limits: limits) { request in
                guard let (status, reason) = admission.refusal(of: request) else { return respond(request) }
                return refusal(status, reason)
            }
        } catch {
            throw CommandFailure(
                .configuration,
                "cannot listen at --address \(address), --port \(port): \(error); give an IP address of this machine and a free port"
            )
        }
    }
}
