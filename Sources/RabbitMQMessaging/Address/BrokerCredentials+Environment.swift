internal import Foundation
internal import Messaging

extension BrokerCredentials {
    /// The variable that holds the user's name.
    static let userVariable = "SHARDQ_AMQP_USER"
    /// The variable that holds the password.
    static let passwordVariable = "SHARDQ_AMQP_PASSWORD"
    /// The variable that names a file with the password.
    static let passwordFileVariable = "SHARDQ_AMQP_PASSWORD_FILE"

    /// Takes from the environment what an address does not say.
    ///
    /// A user without a password anywhere is a mistake, except `guest`, whose password everybody knows.
    init(user: String?, password: String?, environment: [String: String]) throws(MessagingError) {
        let user = user ?? environment[Self.userVariable] ?? Self.guest.user
        var password = password
        if password == nil { password = try Self.password(in: environment) }
        guard let password else {
            guard user == Self.guest.user else {
                throw MessagingError(
                    .configuration,
                    "broker user '\(user)' has no password; set \(Self.passwordVariable) or \(Self.passwordFileVariable)"
                )
            }
            self = .guest
            return
        }
        self.init(user: user, password: password)
    }

    private static func password(in environment: [String: String]) throws(MessagingError) -> String? {
        if let password = environment[passwordVariable] { return password }
        guard let file = environment[passwordFileVariable] else { return nil }
        guard let bytes = FileManager.default.contents(atPath: file) else {
            throw MessagingError(.configuration, "\(passwordFileVariable) names '\(file)', which cannot be read")
        }
        let line = bytes.prefix { $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\r") }
        guard !line.isEmpty, let password = String(validating: line, as: UTF8.self) else {
            throw MessagingError(
                .configuration,
                "\(passwordFileVariable) names '\(file)', whose first line is no password (empty or not UTF-8)"
            )
        }
        return password
    }
}

extension BrokerAddress {
    /// The variables that hand user and password to a process started with `description` as its broker's address.
    public var credentialEnvironment: [String: String] {
        [BrokerCredentials.userVariable: credentials.user, BrokerCredentials.passwordVariable: credentials.password]
    }
}
