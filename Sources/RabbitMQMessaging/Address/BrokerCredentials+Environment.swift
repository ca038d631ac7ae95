internal import Foundation
internal import InputFiles
internal import Messaging

extension BrokerCredentials {
    /// The variable that holds the user's name.
    static let userVariable = "SHARDQ_AMQP_USER"
    /// The variable that holds the password.
    static let passwordVariable = "SHARDQ_AMQP_PASSWORD"
    /// The variable that names a file with the password.
    static let passwordFileVariable = "SHARDQ_AMQP_PASSWORD_FILE"

    /// Looks for what an address does not say: in the variables, then in the user's credentials file.
    ///
    /// Where nothing says anything it is RabbitMQ's `guest`. A user without a password anywhere is a mistake, except
    /// `guest`, whose password everybody knows.
    ///
    /// - Parameters:
    ///   - user: The user, if the address names one.
    ///   - password: The password, if the address holds one.
    ///   - endpoint: The broker's host and port, as `BrokerAddress.endpoint` writes them.
    ///   - environment: The variables to look in.
    /// - Returns: Who logs in.
    /// - Throws: `MessagingError` with `configuration`.
    static func find(
        user: String?,
        password: String?,
        for endpoint: String,
        environment: [String: String]
    ) throws(MessagingError) -> Self {
        // A variable that is empty is not set, as with every other option.
        let environment = environment.filter { !$0.value.isEmpty }
        let user = user ?? environment[userVariable]
        if let password { return Self(user: user ?? guest.user, password: password) }
        if let password = try variablePassword(environment) {
            return Self(user: user ?? guest.user, password: password)
        }
        if let entry = try CredentialsFile(environment: environment)?.entry(for: endpoint, user: user) { return entry }
        guard let user, user != guest.user else { return guest }
        throw MessagingError(
            .configuration,
            "broker user '\(user)' has no password; set \(passwordVariable) or \(passwordFileVariable), or write a line "
                + "'\(endpoint) \(user) PASSWORD' into ~/.config/\(CredentialsFile.relativePath)"
        )
    }

    private static func variablePassword(_ environment: [String: String]) throws(MessagingError) -> String? {
        if let password = environment[passwordVariable] { return password }
        guard let file = environment[passwordFileVariable] else { return nil }
        let bytes: Data
        do {
            bytes = try InputFile.contents(of: file, limit: 1 << 16)
        } catch {
            throw MessagingError(.configuration, "\(passwordFileVariable) names '\(file)': \(error)")
        }
        let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
        let line = bytes.dropFirst(bytes.starts(with: mark) ? mark.count : 0).prefix {
            $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\r")
        }
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
