internal import Foundation
internal import Messaging

/// The programs of an installed RabbitMQ.
struct ServerInstallation: Sendable {
    /// Starts a node.
    let server: String
    /// Talks to a node.
    let control: String

    /// Where Debian keeps the programs themselves; those in /usr/sbin change to another user first.
    private static let debianDirectory = "/usr/lib/rabbitmq/bin"

    /// The variable that names the directory with the programs of another installation, such as a newer release.
    static let variable = "SHARDQ_RABBITMQ"

    /// Looks where the variable says, or else where Debian installs, then on the path.
    ///
    /// - Parameters:
    ///   - searchPath: Directories, separated by colons; `nil` means those.
    ///   - environment: The variables to look in; `nil` means the process's own.
    /// - Returns: The first installation that is there.
    /// - Throws: `MessagingError` with `configuration` when there is none.
    static func find(
        in searchPath: String? = nil,
        environment: [String: String]? = nil
    ) throws(MessagingError) -> Self {
        let environment = environment ?? ProcessInfo.processInfo.environment
        if searchPath == nil, let directory = environment[variable], !directory.isEmpty {
            if directory.hasPrefix("/"), let installation = Self(in: directory) { return installation }
            throw MessagingError(
                .configuration,
                "\(variable) is '\(directory)', which is no directory with the programs rabbitmq-server and rabbitmqctl; "
                    + "name it from the root, such as \(debianDirectory)"
            )
        }
        let searchPath = searchPath ?? "\(debianDirectory):\(NodeLauncher.searchPath)"
        for directory in searchPath.split(separator: ":") {
            if let installation = Self(in: String(directory)) { return installation }
        }
        throw MessagingError(
            .configuration,
            "RabbitMQ is not installed: apt-get install rabbitmq-server, or use --broker memory"
        )
    }

    /// The installation in one directory; `nil` when there is none.
    init?(in directory: String) {
        server = directory + "/rabbitmq-server"
        control = directory + "/rabbitmqctl"
        let files = FileManager.default
        guard files.isExecutableFile(atPath: server), files.isExecutableFile(atPath: control) else { return nil }
    }
}
