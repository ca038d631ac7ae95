internal import Foundation
public import Messaging

extension BrokerAddress {
    /// The variable that holds an address where no argument names one; it may hold a password.
    public static let variable = "SHARDQ_BROKER"

    /// Reads an address that a process got as an argument, which everybody on the machine can read: without a password.
    ///
    /// User and password come from `BrokerCredentials.find`.
    ///
    /// - Parameters:
    ///   - argument: `amqp://HOST:PORT/VHOST` or `amqps://…`; port and virtual host may be left out, a user may stand
    ///     before the host. In user and virtual host, `/ : @ ? #` are written percent-encoded. Nothing at all means the
    ///     variable `SHARDQ_BROKER`, whose address may hold a password.
    ///   - environment: The variables to look in; `nil` means the process's own.
    /// - Throws: `MessagingError` with `configuration`.
    public init(
        argument: String?,
        environment: [String: String]? = nil
    ) throws(MessagingError) {
        let environment = environment ?? ProcessInfo.processInfo.environment
        guard let argument else {
            guard let url = environment[Self.variable], !url.isEmpty else {
                throw MessagingError(
                    .configuration,
                    "no broker: name one with --broker amqp://HOST:PORT/VHOST or in \(Self.variable)"
                )
            }
            try self.init(Parts(url), environment: environment)
            return
        }
        let parts = try Parts(argument)
        guard parts.password == nil else {
            throw MessagingError(
                .configuration,
                "broker address '\(parts.shown)' holds a password, and arguments are for all to see; put it into "
                    + "\(BrokerCredentials.passwordVariable), \(BrokerCredentials.passwordFileVariable), the address in "
                    + "\(Self.variable), or ~/.config/\(CredentialsFile.relativePath)"
            )
        }
        try self.init(parts, environment: environment)
    }

    private init(_ parts: Parts, environment: [String: String]) throws(MessagingError) {
        let tls = try parts.tls()
        self.init(
            host: parts.host,
            port: try parts.portNumber(default: Self.defaultPort(withTLS: tls != nil)),
            virtualHost: parts.virtualHost,
            tls: tls
        )
        credentials = try BrokerCredentials.find(
            user: parts.user,
            password: parts.password,
            for: endpoint,
            environment: environment
        )
    }
}

/// An address cut into its parts and percent-decoded.
private struct Parts {
    /// Of the argument what holds no secret however it is misread: all that a message may show.
    let shown: String
    let scheme: String
    var user: String?
    var password: String?
    let host: String
    let port: Substring?
    let virtualHost: String
    let query: Substring?

    init(_ argument: String) throws(MessagingError) {
        shown = Self.redacted(argument)
        guard let mark = argument.firstRange(of: "://") else { throw Self.malformed(shown, "it has no scheme") }
        scheme = argument[..<mark.lowerBound].lowercased()
        guard scheme == "amqp" || scheme == "amqps" else { throw Self.malformed(shown, "its scheme is another") }

        let afterScheme = argument[mark.upperBound...]
        guard !afterScheme.contains("#") else { throw Self.malformed(shown, "it has a '#'; write %23") }
        let halves = afterScheme.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        query = halves.count == 2 ? halves[1] : nil
        let segments = halves[0].split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        let path = segments.count == 2 ? segments[1] : ""
        // Checked before anything is shown: an unencoded slash in a password would put the rest of it here.
        guard !path.contains("@"), query?.contains("@") != true else {
            throw Self.malformed(shown, "user or password hold a '/' or '?'; write %2F or %3F")
        }
        guard !path.contains("/") else { throw Self.malformed(shown, "its virtual host has a '/'; write %2F") }
        virtualHost = path.isEmpty ? "/" : try Self.decoded(path, "virtual host", shown)

        var authority = segments[0]
        if let at = authority.lastIndex(of: "@") {
            let information = authority[..<at].split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            user = try Self.decoded(information[0], "user", shown)
            password = information.count == 2 ? try Self.decoded(information[1], "password", shown) : nil
            guard password != nil || user?.contains(":") != true else {
                throw Self.malformed(shown, "its user holds an encoded ':', as if a password stood behind it")
            }
            authority = authority[authority.index(after: at)...]
        }
        (host, port) = try Self.hostAndPort(authority, shown)
    }

    private static func hostAndPort(
        _ authority: Substring,
        _ shown: String
    ) throws(MessagingError) -> (host: String, port: Substring?) {
        let host: Substring
        var rest: Substring
        if authority.first == "[" {
            guard let bracket = authority.firstIndex(of: "]") else { throw malformed(shown, "a ']' is missing") }
            host = authority[authority.index(after: authority.startIndex)..<bracket]
            rest = authority[authority.index(after: bracket)...]
        } else {
            let colon = authority.firstIndex(of: ":") ?? authority.endIndex
            host = authority[..<colon]
            rest = authority[colon...]
        }
        guard !host.isEmpty else { throw malformed(shown, "it names no host") }
        let isPlain = host.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "%") }
        guard isPlain else { throw malformed(shown, "its host has a blank, '%' or non-ASCII character") }
        guard !host.contains(",") else {
            throw malformed(shown, "its host has a ','; of several brokers each begins with amqp:// or amqps://")
        }
        guard let first = rest.popFirst() else { return (String(host), nil) }
        guard first == ":" else { throw malformed(shown, "behind the host's ']' comes no ':'") }
        return (String(host), rest)
    }

    func portNumber(default standard: Int) throws(MessagingError) -> Int {
        guard let port else { return standard }
        guard let number = Int(port), (1...65535).contains(number) else {
            let isShort = port.count <= 5 && port.allSatisfy(\.isNumber) && !port.isEmpty
            throw Self.malformed(shown, "its port is \(isShort ? "'\(port)', not one" : "no number") of 1 to 65535")
        }
        return number
    }

    private static let parameters = ["cacertfile", "certfile", "keyfile", "verify"]

    /// The TLS options of an `amqps` address.
    func tls() throws(MessagingError) -> TLSOptions? {
        var options = TLSOptions()
        for parameter in (query ?? "").split(separator: "&") {
            let pair = parameter.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let name = String(pair[0])
            // Whatever else stands there may be a secret, the name too.
            guard Self.parameters.contains(name) else {
                let known = Self.parameters.joined(separator: ", ")
                throw Self.malformed(shown, "behind '?' stands what is none of \(known)")
            }
            guard scheme == "amqps" else { throw Self.malformed(shown, "'\(name)' needs amqps") }
            let value = try Self.decoded(pair.count == 2 ? pair[1] : "", "parameter \(name)", shown)
            switch (name, value) {
            case (_, ""): throw Self.malformed(shown, "'\(name)' has no value")
            case ("cacertfile", _): options.authorityFile = value
            case ("certfile", _): options.certificateFile = value
            case ("keyfile", _): options.keyFile = value
            case (_, "verify_peer"): options.verifiesPeer = true
            case (_, "verify_none"): options.verifiesPeer = false
            default: throw Self.malformed(shown, "'verify' is verify_peer or verify_none")
            }
        }
        guard (options.certificateFile == nil) == (options.keyFile == nil) else {
            throw Self.malformed(shown, "certfile and keyfile belong together")
        }
        return scheme == "amqps" ? options : nil
    }

    private static func decoded(
        _ text: Substring,
        _ part: String,
        _ shown: String
    ) throws(MessagingError) -> String {
        guard let decoded = text.removingPercentEncoding else {
            throw malformed(shown, "its \(part) has a '%' without two hexadecimal digits; write %25")
        }
        // AMQP's short strings end there, and C's strings at a zero.
        guard decoded.utf8.count <= 255, !decoded.utf8.contains(0) else {
            throw malformed(shown, "its \(part) is longer than 255 bytes or holds a zero byte")
        }
        return decoded
    }

    /// Scheme and host where they are beyond doubt, and marks where something was left out.
    ///
    /// A password may stand anywhere in an address that was not understood: behind a colon without a host, in a path, as a
    /// parameter. What is shown is a known scheme, and a host that has nothing before it and a port or nothing behind it.
    private static func redacted(_ argument: String) -> String {
        guard let mark = argument.firstRange(of: "://"),
            ["amqp", "amqps"].contains(argument[..<mark.lowerBound].lowercased())
        else { return "…" }
        let scheme = argument[..<mark.upperBound]
        let rest = argument[mark.upperBound...]
        let start = rest.lastIndex(of: "@").map { rest.index(after: $0) }
        let host = rest[(start ?? rest.startIndex)...].prefix { !"/?#".contains($0) }
        let place = host.firstMatch(of: /^([A-Za-z0-9.\-]+|\[[0-9A-Fa-f:.]+\])(:[0-9]{1,5})?$/) == nil ? "…" : host
        let isMore = host.endIndex < rest.endIndex
        return scheme + (start == nil ? "" : "…@") + place + (isMore ? "/…" : "")
    }

    private static func malformed(_ shown: String, _ reason: String) -> MessagingError {
        MessagingError(
            .configuration,
            "broker address '\(shown)': \(reason); expected amqp://HOST:PORT/VHOST or amqps://HOST:PORT/VHOST"
        )
    }
}
