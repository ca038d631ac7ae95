internal import CRabbitMQ
internal import Foundation
internal import Glibc
internal import Messaging

/// Makes sockets that speak TLS 1.2 or later.
enum TLSSocket {
    /// Where systems keep the authorities they trust; the library of Debian 12 does not look there by itself.
    private static let systemAuthorityFiles = [
        "/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/cert.pem",
    ]

    static func make(
        for handle: amqp_connection_state_t,
        to host: String,
        options: TLSOptions
    ) throws(MessagingError) -> OpaquePointer? {
        guard let socket = unsafe amqp_ssl_socket_new(handle) else { return nil }
        // There is no TLS 1.3 in the library's enumeration before 0.14; "latest" leaves the upper end open.
        let status = unsafe amqp_ssl_socket_set_ssl_versions(socket, AMQP_TLSv1_2, AMQP_TLSvLATEST)
        guard status == AMQP_STATUS_OK.rawValue else {
            throw MessagingError(
                .configuration,
                "this build of librabbitmq cannot require TLS 1.2; install 0.11 or later"
            )
        }
        unsafe amqp_ssl_socket_set_verify_peer(socket, options.verifiesPeer ? 1 : 0)
        unsafe amqp_ssl_socket_set_verify_hostname(socket, options.verifiesPeer && !isIPAddress(host) ? 1 : 0)
        if options.verifiesPeer {
            try unsafe setAuthorities(options.authorityFile, on: socket)
            // The library compares names only: an address in the certificate is OpenSSL's own business.
            if isIPAddress(host), unsafe shardq_verify_ip_address(socket, host) != 1 {
                throw MessagingError(.configuration, "this OpenSSL cannot verify the IP address '\(host)'; use a name")
            }
        }
        if let certificate = options.certificateFile, let key = options.keyFile {
            guard unsafe amqp_ssl_socket_set_key(socket, certificate, key) == AMQP_STATUS_OK.rawValue else {
                throw MessagingError(
                    .configuration,
                    "client certificate '\(certificate)' and key '\(key)' cannot be used; both must be readable PEM files "
                        + "that belong together, the key without a passphrase"
                )
            }
        }
        return unsafe socket
    }

    /// Whether a host is an IPv4 or IPv6 address rather than a name.
    static func isIPAddress(_ host: String) -> Bool {
        var (four, six) = (in_addr(), in6_addr())
        return unsafe inet_pton(AF_INET, host, &four) == 1 || inet_pton(AF_INET6, host, &six) == 1
    }

    private static func setAuthorities(_ file: String?, on socket: OpaquePointer) throws(MessagingError) {
        let found = file ?? systemAuthorityFiles.first { FileManager.default.isReadableFile(atPath: $0) }
        guard let found else {
            throw MessagingError(
                .configuration,
                "this system has no list of trusted authorities; install ca-certificates or name one with cacertfile"
            )
        }
        guard unsafe amqp_ssl_socket_set_cacert(socket, found) == AMQP_STATUS_OK.rawValue else {
            throw MessagingError(.configuration, "'\(found)' is no readable PEM file with the authorities to trust")
        }
    }
}
