internal import Glibc
internal import Messaging

/// Finds TCP ports that nobody uses.
enum LoopbackPort {
    /// Answers different ports that were free on 127.0.0.1 a moment ago.
    ///
    /// Somebody else may take one before it is used; whoever uses it must be ready to ask again.
    static func free(_ count: Int) throws(MessagingError) -> [Int] {
        var sockets: [CInt] = []
        // All stay open until the last one has its port, so that none is given twice.
        defer { for socket in sockets { Glibc.close(socket) } }
        var ports: [Int] = []
        for _ in 0..<count {
            let socket = Glibc.socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
            guard socket >= 0 else { throw failure("open a socket") }
            sockets.append(socket)
            ports.append(try bindToAnyPort(socket))
        }
        return ports
    }

    private static func bindToAnyPort(_ socket: CInt) throws(MessagingError) -> Int {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let status = unsafe withUnsafeMutablePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                guard unsafe Glibc.bind(socket, generic, length) == 0 else { return CInt(-1) }
                return unsafe getsockname(socket, generic, &length)
            }
        }
        guard status == 0 else { throw failure("find a free port on 127.0.0.1") }
        return Int(UInt16(bigEndian: address.sin_port))
    }

    private static func failure(_ action: String) -> MessagingError {
        MessagingError(.configuration, "cannot \(action): \(unsafe String(cString: strerror(errno)))")
    }
}
