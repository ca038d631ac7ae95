/// Who may ask at all: whoever names this service as the one he means, and, where there is one, knows the token.
///
/// The first keeps pages of other sites out that a browser on this machine shows (DNS rebinding): they reach an address of this
/// machine, and `Host` still has their own name.
public struct HTTPAdmission: Sendable {
    /// `nil` where any will do.
    private let hosts: Set<String>?
    private let token: [UInt8]?
    private let open: Set<String>

    /// Says who may ask.
    ///
    /// - Parameters:
    ///   - hosts: Names and addresses, without ports, beside those of this machine's loopback; `nil` for any.
    ///   - token: What `Authorization: Bearer` has to say; `nil` for nothing.
    ///   - open: Paths that are answered without the token.
    public init(hosts: [String]?, token: String?, open: Set<String> = []) {
        self.hosts = hosts.map { Set(($0 + ["localhost", "127.0.0.1", "::1"]).map { $0.lowercased() }) }
        self.token = token.map { Array($0.utf8) }
        self.open = open
    }

    /// Why a request is not to be answered; `nil` where it is.
    public func refusal(of request: HTTPRequest) -> (status: Int, reason: String)? {
        if let hosts, let host = request.host, !hosts.contains(Self.name(of: host)) {
            return (403, "the host \(host.prefix(100)) is none of this server's; name it with --host if it is")
        }
        if let hosts, let origin = request.origin, origin != "null" || request.method != "GET" {
            let place = origin.split(separator: "/", omittingEmptySubsequences: false).dropFirst(2).first ?? ""
            guard hosts.contains(Self.name(of: place)) else {
                return (403, "pages of \(origin.prefix(100)) may not ask this server")
            }
        }
        guard let token, !open.contains(request.path) else { return nil }
        let words = (request.authorization ?? "").split(separator: " ")
        guard words.count == 2, words[0].lowercased() == "bearer", Self.isSame(Array(words[1].utf8), token) else {
            return (401, "the token is missing or wrong: Authorization: Bearer TOKEN")
        }
        return nil
    }

    /// The name without the port, in lower case: `[::1]:9000` and `::1` are `::1`.
    private static func name(of host: some StringProtocol) -> String {
        let text = host.lowercased()
        if text.hasPrefix("[") { return String(text.dropFirst().prefix { $0 != "]" }) }
        return text.filter { $0 == ":" }.count > 1 ? text : String(text.prefix { $0 != ":" })
    }

    /// In a time that does not tell how much of it is right.
    private static func isSame(_ given: [UInt8], _ token: [UInt8]) -> Bool {
        guard given.count == token.count else { return false }
        return zip(given, token).reduce(UInt8(0)) { $0 | $1.0 ^ $1.1 } == 0
    }
}
