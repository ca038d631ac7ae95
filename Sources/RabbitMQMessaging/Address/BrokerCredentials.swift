/// A user of the broker with its password, which nothing prints.
public struct BrokerCredentials: Sendable, Hashable {
    /// The user's name.
    public let user: String

    let password: String

    /// Creates credentials.
    public init(user: String, password: String) {
        self.user = user
        self.password = password
    }

    /// What RabbitMQ accepts from loopback on a fresh installation.
    public static let guest = Self(user: "guest", password: "guest")
}

extension BrokerCredentials: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The user's name.
    public var description: String { user }

    /// The user's name; never the password.
    public var debugDescription: String { user }

    /// Shows the user only, so that `dump` and interpolation of an enclosing value keep the password back.
    public var customMirror: Mirror { Mirror(self, children: ["user": user]) }
}
