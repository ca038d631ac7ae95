internal import Foundation

/// Where a broker is and how to log in.
///
/// The text form is RabbitMQ's: `amqp://user:password@host:port/vhost`, with `amqps` for TLS. TLS options are query
/// parameters under the names RabbitMQ's own clients use: `cacertfile`, `certfile`, `keyfile` and
/// `verify=verify_peer|verify_none`.
public struct BrokerAddress: Sendable, Hashable {
    /// The host's name or IP address, IPv6 without brackets.
    public var host: String

    /// The TCP port, in 1...65535.
    public var port: Int

    /// The virtual host; `/` on a fresh broker.
    public var virtualHost: String

    /// Who logs in.
    public var credentials: BrokerCredentials

    /// How the connection is protected; `nil` is a plain one.
    public var tls: TLSOptions?

    /// Creates an address.
    public init(
        host: String,
        port: Int,
        virtualHost: String = "/",
        credentials: BrokerCredentials = .guest,
        tls: TLSOptions? = nil
    ) {
        self.host = host
        self.port = port
        self.virtualHost = virtualHost
        self.credentials = credentials
        self.tls = tls
    }

    /// The port where nothing else is said: 5672, with TLS 5671.
    static func defaultPort(withTLS: Bool) -> Int { withTLS ? 5671 : 5672 }

    /// Host and port as people write them.
    var endpoint: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}

extension BrokerAddress: CustomStringConvertible {
    /// The address without user and password; `init(argument:)` understands it.
    public var description: String {
        var text = tls == nil ? "amqp://" : "amqps://"
        text += endpoint
        if virtualHost != "/" { text += "/" + Self.encoded(virtualHost) }
        let parameters = tlsParameters.map { "\($0.key)=\(Self.encoded($0.value))" }
        return parameters.isEmpty ? text : text + "?" + parameters.joined(separator: "&")
    }

    private var tlsParameters: [(key: String, value: String)] {
        guard let tls else { return [] }
        var parameters: [(key: String, value: String)] = []
        if let file = tls.authorityFile { parameters.append(("cacertfile", file)) }
        if let file = tls.certificateFile { parameters.append(("certfile", file)) }
        if let file = tls.keyFile { parameters.append(("keyfile", file)) }
        if !tls.verifiesPeer { parameters.append(("verify", "verify_none")) }
        return parameters
    }

    static func encoded(_ text: String) -> String {
        let unreserved = CharacterSet(
            charactersIn: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~"
        )
        return text.addingPercentEncoding(withAllowedCharacters: unreserved) ?? ""
    }
}
