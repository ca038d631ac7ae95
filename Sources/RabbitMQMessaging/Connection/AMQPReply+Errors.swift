internal import CRabbitMQ
internal import Foundation
internal import Messaging

extension AMQPReply {
    /// Why the TCP or TLS connection could not be made.
    static func openError(status: CInt, systemError: CInt, at address: BrokerAddress) -> MessagingError {
        let place = address.endpoint
        switch status {
        case AMQP_STATUS_HOSTNAME_RESOLUTION_FAILED.rawValue:
            return MessagingError(.unreachable, "no such host: '\(address.host)'; check the broker's address")
        case AMQP_STATUS_SSL_PEER_VERIFY_FAILED.rawValue:
            let other = TLSSocket.isIPAddress(address.host) ? ", or does not hold this IP address" : ""
            return MessagingError(
                .configuration,
                "the certificate of \(place) is not signed by a trusted authority or has expired\(other); name the right "
                    + "authority with cacertfile"
            )
        case AMQP_STATUS_SSL_HOSTNAME_VERIFY_FAILED.rawValue:
            return MessagingError(
                .configuration,
                "the certificate of \(place) is for another host; use the name that the certificate holds"
            )
        case AMQP_STATUS_SSL_CONNECTION_FAILED.rawValue, AMQP_STATUS_SSL_ERROR.rawValue:
            if shardq_tls_was_cut() == 1 || [ECONNRESET, EPIPE].contains(systemError) {
                return MessagingError(
                    .unreachable,
                    "the connection to \(place) was closed during the TLS handshake: is the broker behind it there?"
                )
            }
            return MessagingError(
                .handshakeFailed,
                "no TLS connection with \(place): either it does not speak TLS 1.2 there (5671 is the usual port), or its "
                    + "certificate is not signed by a trusted authority (cacertfile), or it asks for a client's (certfile)"
            )
        default:
            let cause = cause(of: status, systemError: systemError, host: address.host)
            return MessagingError(
                .unreachable,
                "no AMQP broker answers at \(place) (\(cause)); start one, or use --broker local"
            )
        }
    }

    private static func cause(of status: CInt, systemError: CInt, host: String) -> String {
        let failed = status == AMQP_STATUS_SOCKET_ERROR.rawValue
        switch systemError {
        case EINPROGRESS where failed && (host.hasPrefix("127.") || host == "localhost" || host == "::1"):
            return "connection refused"
        case EINPROGRESS where failed:
            // The library keeps the reason of a failed connection attempt to itself.
            return "connection refused or host not reachable"
        case 0, EINPROGRESS:
            return reason(of: status)
        default:
            return unsafe String(cString: strerror(systemError)).lowercased()
        }
    }

    /// Why the broker did not let this node in.
    func loginError(at address: BrokerAddress) -> MessagingError {
        let place = address.endpoint
        let user = address.credentials.user
        switch self {
        case .refused(AMQPReplyCode.accessRefused, _, _):
            let hint = user == "guest" ? "; 'guest' may log in from the broker's own host only" : ""
            return MessagingError(
                .accessRefused,
                "the broker at \(place) refuses user '\(user)': unknown, or another password; set "
                    + "\(BrokerCredentials.userVariable) and \(BrokerCredentials.passwordVariable)\(hint)"
            )
        case .refused(AMQPReplyCode.notAllowed, let text, _):
            return notAllowed(text, at: address)
        case .failed(AMQP_STATUS_TIMEOUT.rawValue):
            return MessagingError(
                .unreachable,
                "\(place) accepts connections but does not answer; is an AMQP broker there, and does it ask for TLS (amqps)?"
            )
        case .failed(AMQP_STATUS_BAD_AMQP_DATA.rawValue), .failed(AMQP_STATUS_INCOMPATIBLE_AMQP_VERSION.rawValue):
            return MessagingError(
                .handshakeFailed,
                "what answers at \(place) does not speak AMQP 0-9-1; check host and port"
            )
        case .failed(AMQP_STATUS_SSL_ERROR.rawValue):
            return MessagingError(
                .handshakeFailed,
                "the broker at \(place) broke the TLS connection off (\(reason)); it may ask for a client's certificate "
                    + "(certfile, keyfile), or for another one"
            )
        case .normal, .failed, .refused:
            return MessagingError(.unreachable, "the broker at \(place) broke the login off (\(reason)); try again")
        }
    }

    /// The broker has its reasons: a virtual host that is not there, a permission that is missing, a limit that is reached.
    private func notAllowed(_ text: String, at address: BrokerAddress) -> MessagingError {
        let user = address.credentials.user
        let sentence =
            "the broker at \(address.endpoint) does not let user '\(user)' into virtual host '\(address.virtualHost)': \(text)"
        guard Self.isLimit(text, at: address) else {
            return MessagingError(
                .accessRefused,
                "\(sentence); a virtual host has to exist, and the user needs permissions there"
            )
        }
        return MessagingError(.limitReached, "\(sentence); raise the limit, or end other connections")
    }

    /// Whether a limit is what stands in the way; brokers say so in words only, and names may be any words.
    private static func isLimit(_ text: String, at address: BrokerAddress) -> Bool {
        let text = [address.credentials.user, address.virtualHost].filter { !$0.isEmpty }
            .reduce(text) { $0.replacing($1, with: "") }
        return ["limit", "maximum"].contains { text.lowercased().contains($0) }
    }

    /// Why the connection ended.
    func sessionError(at address: BrokerAddress, while action: String) -> MessagingError {
        switch self {
        case .refused(AMQPReplyCode.accessRefused, _, _):
            return refusalError(at: address, to: action)
        case .refused(AMQPReplyCode.notAllowed, let text, _):
            return notAllowed(text, at: address)
        case .refused(let code, _, _) where AMQPReplyCode.permanent.contains(code):
            return MessagingError(
                .configuration,
                "the broker at \(address.endpoint) has closed the connection of user '\(address.credentials.user)' (\(reason)), "
                    + "and would do so again: change its configuration, policies or limits"
            )
        case .normal, .failed, .refused:
            return MessagingError(
                .connectionLost,
                "lost the connection to the broker at \(address.endpoint) (\(reason)) when it was to \(action)"
            )
        }
    }

    /// Why the broker did not do what it was asked.
    func refusalError(at address: BrokerAddress, to action: String) -> MessagingError {
        if case .refused(AMQPReplyCode.accessRefused, let text, _) = self {
            return MessagingError(
                .accessRefused,
                "the broker at \(address.endpoint) does not let user '\(address.credentials.user)' \(action): \(text)"
            )
        }
        if case .refused(AMQPReplyCode.notAllowed, let text, _) = self { return notAllowed(text, at: address) }
        return MessagingError(.configuration, "the broker at \(address.endpoint) refuses to \(action): \(reason)")
    }
}
