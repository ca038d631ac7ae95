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

    /// Where to look: where Debian installs, then on the path.
    static var searchPath: String { debianDirectory + ":" + NodeLauncher.searchPath }

    /// Looks in directories, separated by colons.
    static func find(in searchPath: String) throws(MessagingError) -> Self {
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
