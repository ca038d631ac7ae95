internal import Glibc

/// A connection to a process on this machine: whole messages out, whatever has come in.
///
/// Beside `RabbitMQMessaging` the only place that talks to the C library through pointers; see
/// `docs/decisions/0012-sumo-over-its-own-socket.md`.
public final class LoopbackSocket: Sendable {
    private let descriptor: CInt

    /// Why a connection failed.
    public struct Failure: Error, Sendable, Hashable, CustomStringConvertible {
        /// Whether nobody listens on the port, perhaps not yet.
        public let isRefusal: Bool
        /// The failure in words.
        public let description: String
    }

    /// Connects to a port of 127.0.0.1.
    ///
    /// - Parameters:
    ///   - port: The port.
    ///   - patience: Whole seconds that `send` and `receive` wait for the other side.
    ///   - milliseconds: What they wait beyond them.
    /// - Throws: `Failure`, a refusal when nobody listens.
    public init(port: UInt16, patience: Int, milliseconds: Int = 0) throws(Failure) {
        // From here on the object exists: if this fails, `deinit` closes the descriptor, once.
        descriptor = try Self.open()
        // Before the connection is made: the limit of sending is that of connecting too.
        guard Self.limit(descriptor, to: patience, milliseconds: milliseconds) else {
            throw Self.failure("set up a connection to port \(port)")
        }
        var address = Self.loopback(port: port)
        let isConnected = unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                let length = socklen_t(MemoryLayout<sockaddr_in>.size)
                while unsafe connect(descriptor, generic, length) != 0 {
                    // A signal interrupts the waiting, not the connection: it may be there at the next call.
                    if errno == EISCONN { break }
                    guard errno == EINTR else { return false }
                }
                return true
            }
        }
        guard isConnected else { throw Self.failure("connect to port \(port)") }
        var yes: CInt = 1
        let isSet =
            unsafe setsockopt(descriptor, CInt(IPPROTO_TCP), TCP_NODELAY, &yes, socklen_t(MemoryLayout<CInt>.size)) == 0
        guard isSet else {
            throw Self.failure("set up the connection to port \(port)")
        }
    }

    private init(_ descriptor: CInt) {
        self.descriptor = descriptor
    }

    /// Makes a connection to whoever gets its other end: a child, as its input and its output.
    ///
    /// - Parameter patience: Whole seconds that `send` and `receive` wait for the other side.
    /// - Returns: This side, and the descriptor of the other one, which is the caller's to close.
    /// - Throws: `Failure` when there are no descriptors left.
    public static func pair(patience: Int) throws(Failure) -> (ours: LoopbackSocket, theirs: CInt) {
        var ends: [CInt] = [-1, -1]
        let kind = CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue)
        guard unsafe socketpair(AF_UNIX, kind, 0, &ends) == 0 else { throw failure("make a pair of sockets") }
        let ours = LoopbackSocket(ends[0])
        guard limit(ends[0], to: patience) else {
            Glibc.close(ends[1])
            throw failure("set up a pair of sockets")
        }
        return (ours, ends[1])
    }

    /// Says how many seconds to wait for the other side.
    private static func limit(_ descriptor: CInt, to patience: Int, milliseconds: Int = 0) -> Bool {
        var limit = timeval(tv_sec: patience, tv_usec: milliseconds * 1000)
        let size = socklen_t(MemoryLayout<timeval>.size)
        return unsafe setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, size) == 0
            && setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, size) == 0
    }

    deinit {
        Glibc.close(descriptor)
    }

    /// Sends all bytes.
    ///
    /// - Throws: `Failure` when the other side is gone or does not read for too long.
    public func send(_ bytes: [UInt8]) throws(Failure) {
        var sent = 0
        while sent < bytes.count {
            let count = unsafe bytes.withUnsafeBytes { buffer in
                unsafe Glibc.send(
                    descriptor,
                    buffer.baseAddress?.advanced(by: sent),
                    bytes.count - sent,
                    CInt(MSG_NOSIGNAL)
                )
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw Self.failure("send") }
            sent += count
        }
    }

    /// Waits for bytes and appends what has come, at most 64 KiB.
    ///
    /// - Throws: `Failure` when the other side has closed the connection or is silent for too long.
    public func receive(appendingTo bytes: inout [UInt8]) throws(Failure) {
        while true {
            var count = 0
            let chunk = unsafe [UInt8](unsafeUninitializedCapacity: 65_536) { buffer, filled in
                count = unsafe recv(descriptor, buffer.baseAddress, 65_536, 0)
                filled = max(0, count)
            }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw Self.failure("receive") }
            guard count > 0 else { throw Failure(isRefusal: false, description: "the connection was closed") }
            bytes += chunk
            return
        }
    }

    /// Answers different ports of 127.0.0.1 that were free a moment ago.
    ///
    /// Somebody else may take one before it is used; whoever uses it must be ready to ask again.
    public static func freePorts(_ count: Int) throws(Failure) -> [UInt16] {
        var descriptors: [CInt] = []
        // All stay open until the last one has its port, so that none is given twice.
        defer { for descriptor in descriptors { Glibc.close(descriptor) } }
        var ports: [UInt16] = []
        for _ in 0..<count {
            let descriptor = try open()
            descriptors.append(descriptor)
            ports.append(try bindToAnyPort(descriptor))
        }
        return ports
    }

    private static func bindToAnyPort(_ descriptor: CInt) throws(Failure) -> UInt16 {
        var address = loopback(port: 0)
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let status = unsafe withUnsafeMutablePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                guard unsafe bind(descriptor, generic, length) == 0 else { return CInt(-1) }
                return unsafe getsockname(descriptor, generic, &length)
            }
        }
        guard status == 0 else { throw failure("find a free port on 127.0.0.1") }
        return UInt16(bigEndian: address.sin_port)
    }

    private static func open() throws(Failure) -> CInt {
        // Not inherited by the processes that are started later: they would keep the connection open.
        let descriptor = socket(AF_INET, CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw failure("open a socket") }
        return descriptor
    }

    private static func loopback(port: UInt16) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
        return address
    }

    private static func failure(_ action: String) -> Failure {
        let code = errno
        if code == EAGAIN { return Failure(isRefusal: false, description: "no answer for too long") }
        return Failure(
            isRefusal: code == ECONNREFUSED,
            description: "cannot \(action): \(unsafe String(cString: strerror(code)))"
        )
    }
}
