/// How a connection to an `amqps` address is protected; the peer is verified unless somebody says otherwise.
public struct TLSOptions: Sendable, Hashable {
    /// The file (PEM) with the authorities to trust; `nil` means the system's.
    public var authorityFile: String?

    /// The file (PEM) with the client's certificate chain, for brokers that ask for one.
    public var certificateFile: String?

    /// The file (PEM) with the key of the client's certificate; without a passphrase.
    public var keyFile: String?

    /// Whether the broker's certificate must be signed by a trusted authority and name its host.
    public var verifiesPeer = true

    /// Creates the default: the system's authorities, no client certificate, full verification.
    public init() {}
}
