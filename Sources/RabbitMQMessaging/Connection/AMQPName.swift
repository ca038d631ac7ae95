internal import CRabbitMQ
internal import Glibc

/// A short text in memory that the C library may read for as long as this object lives.
///
/// Exchange, routing keys, consumer tags and message types recur in every message; they are copied once.
@safe
final class AMQPName {
    let text: String
    private let memory: UnsafeMutableRawBufferPointer

    init(_ text: String) {
        self.text = text
        // One byte more than needed: an empty allocation has no address.
        unsafe memory = .allocate(byteCount: text.utf8.count + 1, alignment: 1)
        unsafe memory.copyBytes(from: text.utf8)
    }

    deinit {
        unsafe memory.deallocate()
    }

    /// The bytes for a call of the library; valid while this object is alive.
    var bytes: amqp_bytes_t {
        unsafe amqp_bytes_t(len: memory.count - 1, bytes: memory.baseAddress)
    }

    /// Whether bytes that the library decoded are this text.
    func matches(_ other: amqp_bytes_t) -> Bool {
        guard let mine = unsafe memory.baseAddress, let theirs = unsafe other.bytes else { return false }
        return unsafe other.len == memory.count - 1 && memcmp(mine, theirs, other.len) == 0
    }
}

extension amqp_bytes_t {
    /// The same memory as a buffer.
    var buffer: UnsafeRawBufferPointer {
        unsafe UnsafeRawBufferPointer(start: bytes, count: bytes == nil ? 0 : len)
    }

    /// The decimal number behind the last `#`, if there is one.
    var numberBehindMark: UInt64? {
        let bytes = unsafe buffer
        guard let mark = unsafe bytes.lastIndex(of: UInt8(ascii: "#")) else { return nil }
        return unsafe Content.decimal(UnsafeRawBufferPointer(rebasing: bytes[(mark + 1)...]))
    }

    /// A copy as text, as long as it was, so that it can be sent again; `nil` of what is no UTF-8.
    var validText: String? { unsafe String(validating: buffer, as: UTF8.self) }

    /// A copy as text; what is no UTF-8 is replaced.
    var text: String {
        unsafe String(decoding: buffer, as: UTF8.self)
    }
}
