/// What can go wrong between a node and the broker.
///
/// Two errors are equal when their codes are. Neither the message nor the description ever holds a credential.
public struct MessagingError: Error, Sendable, CustomStringConvertible {
    /// The kind of failure.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        private enum Kind: String {
            case unreachable, accessRefused, connectionLost, mailboxTaken, tooLarge, configuration, limitReached
            case threadUnavailable, handshakeFailed
        }

        private let kind: Kind

        private init(_ kind: Kind) {
            self.kind = kind
        }

        /// Nothing answers at the broker's address.
        public static let unreachable = Self(.unreachable)
        /// The broker refused the credentials, the virtual host or the operation.
        public static let accessRefused = Self(.accessRefused)
        /// The broker has as many connections or channels as it may have.
        public static let limitReached = Self(.limitReached)
        /// The connection broke, or the broker closed it.
        public static let connectionLost = Self(.connectionLost)
        /// Another connection already reads this mailbox.
        public static let mailboxTaken = Self(.mailboxTaken)
        /// The body is larger than `Message.maximumWordCount`.
        public static let tooLarge = Self(.tooLarge)
        /// The broker's address, certificate or installation cannot be used as given.
        public static let configuration = Self(.configuration)

        /// What answers at the broker's address ends the handshake of TLS or of AMQP, or speaks something else.
        public static let handshakeFailed = Self(.handshakeFailed)

        /// The system gives no thread more.
        public static let threadUnavailable = Self(.threadUnavailable)

        /// The code's name.
        public var description: String { kind.rawValue }
    }

    /// The kind of failure.
    public let code: Code

    /// One sentence that names the value and what would be right.
    public let message: String

    /// Where it was thrown.
    public let file: String

    /// The line it was thrown from.
    public let line: Int

    /// Creates an error.
    public init(_ code: Code, _ message: String, file: String = #fileID, line: Int = #line) {
        self.code = code
        self.message = message
        self.file = file
        self.line = line
    }

    /// Whether trying again later can help.
    public var isRetriable: Bool { code == .unreachable || code == .connectionLost }

    /// Whether a broker may say this for a while to a node that it has let in before.
    ///
    /// It has not forgotten the former connection yet; or it, or what stands before it, is on its way down or up.
    public var mayPassAfterLoss: Bool {
        isRetriable || code == .mailboxTaken || code == .limitReached || code == .handshakeFailed
    }

    /// The message.
    public var description: String { message }
}

extension MessagingError: Equatable {
    /// Compares the codes only.
    public static func == (one: Self, other: Self) -> Bool { one.code == other.code }
}
