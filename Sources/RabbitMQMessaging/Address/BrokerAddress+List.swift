internal import Foundation
public import Messaging

extension BrokerAddress {
    /// More brokers than a run has use for.
    private static let mostBrokers = 64

    /// Reads one address or several, as a process got them as an argument: without passwords.
    ///
    /// - Parameters:
    ///   - argument: As for `init(argument:environment:)`; several are separated by commas, each with its scheme. Nothing at all
    ///     means the variable `SHARDQ_BROKER`, whose addresses may hold passwords.
    ///   - environment: The variables to look in; `nil` means the process's own.
    /// - Returns: The addresses in their order, at least one, none twice.
    /// - Throws: `MessagingError` with `configuration`.
    public static func list(
        argument: String?,
        environment: [String: String]? = nil
    ) throws(MessagingError) -> [Self] {
        var environment = environment ?? ProcessInfo.processInfo.environment
        var addresses: [Self] = []
        if let argument {
            for text in split(argument) { addresses.append(try Self(argument: text, environment: environment)) }
        } else {
            for text in split(environment[variable] ?? "") {
                environment[variable] = text
                addresses.append(try Self(argument: nil, environment: environment))
            }
        }
        guard addresses.count <= mostBrokers else {
            throw MessagingError(.configuration, "\(addresses.count) brokers are named; at most \(mostBrokers) are")
        }
        for (position, address) in addresses.enumerated()
        where addresses[..<position].contains(where: address.isSamePlace) {
            throw MessagingError(
                .configuration,
                "broker \(address.place) is named twice; name each once, and brokers of a cluster by one address that leads to all"
            )
        }
        return addresses
    }

    /// Cuts a list at the commas behind which an address begins: any other one may be part of a password.
    private static func split(_ text: String) -> [String] {
        var parts: [String] = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let trimmed = part.trimmingCharacters(in: .whitespaces)
            let begins = ["amqp://", "amqps://"].contains { trimmed.lowercased().hasPrefix($0) }
            if begins || parts.isEmpty {
                parts.append(trimmed)
            } else {
                parts[parts.count - 1] += "," + part
            }
        }
        return parts
    }

    private func isSamePlace(_ other: Self) -> Bool {
        (host.lowercased(), port, virtualHost) == (other.host.lowercased(), other.port, other.virtualHost)
    }

    /// Where the broker is, as people write it; holds no credential.
    public var place: String { virtualHost == "/" ? endpoint : "\(endpoint)/\(virtualHost)" }

    /// What a process needs to find the same brokers: arguments for all to see, and variables with the credentials.
    public static func handedOver(_ addresses: [Self]) -> (arguments: [String], environment: [String: String]) {
        if addresses.count == 1 { return (["--broker", addresses[0].description], addresses[0].credentialEnvironment) }
        // Each has credentials of its own, and only an address in the variable may hold them.
        return ([], [variable: addresses.map(\.withCredentials).joined(separator: ",")])
    }

    private var withCredentials: String {
        let text = description
        guard let mark = text.firstRange(of: "://") else { return text }
        let login = Self.encoded(credentials.user) + ":" + Self.encoded(credentials.password) + "@"
        return text[..<mark.upperBound] + login + text[mark.upperBound...]
    }
}
